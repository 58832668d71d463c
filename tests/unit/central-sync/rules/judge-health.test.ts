import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { homeSymptoms, judgeHealth, symptoms } from '../../../../central-sync/rules/judge-health.ts'

describe('a child at the door', () => {
  it('cannot stay with the temperature of the policy or more', () => {
    expect(judgeHealth({ temperatureX10: 374, symptoms: [] }, 375)).toBeUndefined()
    expect(judgeHealth({ temperatureX10: 375, symptoms: [] }, 375)).toBe('fever')
    expect(judgeHealth({ temperatureX10: 375, symptoms: [] }, 380)).toBeUndefined()
  })

  it('cannot stay with vomiting, diarrhoea, a rash, low spirits or on the day of a vaccination', () => {
    const sent = symptoms.filter((one) => judgeHealth({ temperatureX10: 365, symptoms: [one] }, 375) === 'symptom')
    expect(sent).toEqual(['vomiting', 'diarrhoea', 'rash', 'low_spirits', 'vaccinated_today'])
  })

  it('stays with a cough or a runny nose; an unknown word sends nobody home', () => {
    expect(
      judgeHealth({ temperatureX10: 365, symptoms: ['cough', 'runny_nose', 'other', 'hungry'] }, 375),
    ).toBeUndefined()
  })

  it('is judged by fever first, then by any one symptom, in whatever order they are named', () => {
    const health = fc.record({
      temperatureX10: fc.integer({ min: 340, max: 420 }),
      symptoms: fc.subarray([...symptoms], { maxLength: 8 }),
    })
    fc.assert(
      fc.property(health, fc.integer({ min: 370, max: 385 }), (seen, fever) => {
        const unwell = seen.symptoms.some((one) => homeSymptoms.has(one))
        const expected = seen.temperatureX10 >= fever ? 'fever' : unwell ? 'symptom' : undefined
        expect(judgeHealth(seen, fever)).toBe(expected)
        expect(judgeHealth({ ...seen, symptoms: seen.symptoms.toReversed() }, fever)).toBe(expected)
      }),
    )
  })
})
