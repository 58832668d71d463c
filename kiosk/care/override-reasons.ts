/** Why two members of staff give a child to somebody who is on no list of today. In the order of the screen. */
export const overrideReasons = ['phoned_parent', 'saw_identity', 'emergency', 'other'] as const
export type OverrideReason = (typeof overrideReasons)[number]
