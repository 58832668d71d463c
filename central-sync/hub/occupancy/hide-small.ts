/**
 * Small numbers of children in tables that leave the house. In a town where everybody knows everybody, "one child under
 * one year, 14 hours" names a family. Pure.
 */

/** Fewer children than this behind a figure, and it is not published (the usual 秘匿 of official statistics: one or two). */
export const CHILDREN_MIN = 3

/**
 * Which rows of a column are hidden. Never a row without children: nothing is nobody. When exactly one row is hidden it
 * could be had from the total, so the smallest other row that has children goes with it.
 */
export function hiddenRows(children: readonly number[]): boolean[] {
  const hidden = children.map((count) => count > 0 && count < CHILDREN_MIN)
  if (hidden.filter(Boolean).length !== 1) return hidden
  const others = children.flatMap((count, index) => (count > 0 && !hidden[index] ? [{ count, index }] : []))
  const smallest = others.sort((a, b) => a.count - b.count || a.index - b.index)[0]
  return hidden.map((one, index) => one || index === smallest?.index)
}
