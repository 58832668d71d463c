/** Cuts a stream of text into lines ended by LF or CRLF, with a bound on what one line may take. Pure. */

/** A card number needs 20 digits; separators and spaces included nobody needs more. */
export const LINE_LENGTH_MAX = 128

export interface LineState {
  readonly rest: string
  /** The line in progress was too long: everything up to its end is dropped. */
  readonly skipping: boolean
}

export const noLines: LineState = Object.freeze({ rest: '', skipping: false })

/** A whole line, or the notice that one was too long to be kept. */
export type Line = { readonly text: string } | { readonly tooLong: true }

export function splitLines(
  state: LineState,
  chunk: string,
): { readonly state: LineState; readonly lines: readonly Line[] } {
  const pieces = chunk.split('\n')
  const lines: Line[] = []
  let { rest, skipping } = state
  for (const [index, piece] of pieces.entries()) {
    rest = skipping ? '' : rest + piece
    const ended = index < pieces.length - 1
    if (!skipping && withoutReturn(rest).length > LINE_LENGTH_MAX) {
      lines.push({ tooLong: true })
      skipping = true
      rest = ''
    }
    if (!ended) continue
    if (!skipping) lines.push({ text: withoutReturn(rest) })
    rest = ''
    skipping = false
  }
  return { state: { rest, skipping }, lines }
}

/** What stands after the last line end when the stream closes: a last line that nobody ended. */
export function lastLine({ rest, skipping }: LineState): readonly Line[] {
  return skipping || rest === '' ? [] : [{ text: withoutReturn(rest) }]
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text
}
