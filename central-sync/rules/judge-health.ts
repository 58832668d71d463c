/**
 * What is asked about a child's health at drop-off, and when it cannot stay. Thresholds differ by centre and stand in
 * its dated policy; the custom behind them: 37.5 °C, vomiting, diarrhoea, a rash, low spirits, a vaccination that day.
 */

/** In the order of the screen. */
export const symptoms = [
  'vomiting',
  'diarrhoea',
  'rash',
  'low_spirits',
  'vaccinated_today',
  'cough',
  'runny_nose',
  'other',
] as const
export type Symptom = (typeof symptoms)[number]

/** Each of these sends a child home, whatever the temperature. The others are noted for the carers. */
export const homeSymptoms: ReadonlySet<string> = new Set<Symptom>([
  'vomiting',
  'diarrhoea',
  'rash',
  'low_spirits',
  'vaccinated_today',
])

export interface Health {
  /** °C × 10. */
  readonly temperatureX10: number
  readonly symptoms: readonly string[]
}

/** Why this child cannot stay today: fever first. `feverX10`: refused at this temperature and above. */
export function judgeHealth(
  { temperatureX10, symptoms: seen }: Health,
  feverX10: number,
): 'fever' | 'symptom' | undefined {
  if (temperatureX10 >= feverX10) return 'fever'
  return seen.some((one) => homeSymptoms.has(one)) ? 'symptom' : undefined
}
