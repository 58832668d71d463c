/** Every page of a centre that can be opened by its address: name of the picture, path. */
export const staffPages = (workerPath: string) =>
  [
    ['today', '/'],
    ['people', '/people'],
    ['person-new', '/people/new'],
    ['person', workerPath],
    ['slip', `${workerPath}/slip`],
    ['day', `${workerPath}/days/2026-11-18`],
    ['corrections', '/corrections'],
    ['records', '/records?month=2026-11'],
    ['records-empty', '/records?month=2026-01'],
    ['work', '/work?month=2026-11'],
    ['devices', '/devices'],
    ['staff', '/staff'],
    ['settings', '/settings'],
    ['sign-in', '/sign-in'],
    ['password', '/password'],
  ] as const
export const workerPages = [
  ['my', '/my'],
  ['my-record', '/my/record?month=2026-11'],
  ['my-day', '/my/record/2026-11-18'],
  ['my-requests', '/my/requests'],
  ['my-pin', '/my/pin'],
  ['my-sign-in', '/my/sign-in'],
] as const
