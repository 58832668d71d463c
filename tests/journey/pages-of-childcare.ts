/** Every page of the childcare room that can be opened by its address: name of the picture, path. */
export const carePages = [
  ['care-board', '/childcare'],
  ['care-day', '/childcare/day?day=2026-11-20'],
  ['care-week', '/childcare/week?day=2026-11-20'],
  ['care-children', '/childcare/children'],
  ['care-policy', '/childcare/policy'],
  ['care-policy-new', '/childcare/policy?from=2027-04-01&a3=15'],
  ['care-conflicts', '/childcare/conflicts'],
  ['care-in-choose', '/childcare/drop-off'],
  ['care-child-new', '/childcare/children/new'],
  ['care-children-none', '/childcare/children?q=zzz'],
  ['care-pin', '/childcare/pin'],
  ['care-sheet', '/childcare/sheet?people=yes'],
  ['care-week-sheet', '/childcare/week-sheet?day=2026-11-20'],
] as const

export const careChildPages = (childPath: string, handOverPath: string, placePath: string) =>
  [
    ['care-place', placePath],
    ['care-child', childPath],
    ['care-child-health', `${childPath}?open=health`],
    ['care-child-guardians', `${childPath}?open=guardians`],
    ['care-child-pickups', `${childPath}?open=pickups`],
    ['care-child-blocks', `${childPath}?open=blocks`],
    ['care-in', childPath.replace('/children/', '/drop-off/')],
    ['care-out', handOverPath],
    ['care-slip', `${handOverPath.replace('/hand-over/', '/slip/')}?paper=80`],
    ['care-arrived', handOverPath.replace('/hand-over/', '/arrived/')],
  ] as const
