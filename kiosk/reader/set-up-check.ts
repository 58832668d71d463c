/**
 * Finds a new reader's profile: the same card on a reader that is already right, then on the new one. Pure.
 * Two readers that disagree for ever (one polls another FeliCa system) have no candidate, and the check says so.
 */
import type { CardHex } from '../../central-sync/protocol/card.ts'
import { decodeWedge, encodeWedge } from './wedge-decoder.ts'
import { type WedgeProfile, wedgeFormat, wedgeProfile } from './wedge-profile.ts'

/** Every profile under which `typed` reads as `reference`, simplest first: no affixes, leading zeros kept. */
export function candidates(typed: string, reference: CardHex): readonly WedgeProfile[] {
  const text = typed.normalize('NFKC').trim().toUpperCase()
  return wedgeFormat.options
    .flatMap((format) => [false, true].map((zerosDropped) => ({ format, zerosDropped })))
    .flatMap((shape) => fitShape(shape, text, reference))
    .sort((a, b) => complexity(a) - complexity(b))
}

export type SetUpAnswer =
  | { readonly profile: WedgeProfile; readonly others: readonly WedgeProfile[] }
  /** ambiguous = two formats read this card alike (its bytes are a palindrome, or zeros): touch another card. */
  | { readonly problem: 'no-format' | 'ambiguous' }

/** The profile that fits all cards touched on both readers. One card often suffices; a palindrome needs a second. */
export function checkSetUp(pairs: readonly { readonly typed: string; readonly reference: CardHex }[]): SetUpAnswer {
  const [first, ...rest] = pairs
  if (first === undefined) return { problem: 'no-format' }
  const fitting = candidates(first.typed, first.reference).filter((profile) =>
    rest.every(({ typed, reference }) => reads(profile, typed, reference)),
  )
  const [profile, ...others] = fitting
  if (profile === undefined) return { problem: 'no-format' }
  const rivals = others.filter((other) => other.format !== profile.format)
  return rivals.length > 0 ? { problem: 'ambiguous' } : { profile, others }
}

function fitShape(
  { format, zerosDropped }: Pick<WedgeProfile, 'format' | 'zerosDropped'>,
  text: string,
  reference: CardHex,
): readonly WedgeProfile[] {
  const bytes = reference.length / 2
  const shape = wedgeProfile.safeParse({ format, zerosDropped, bytes })
  if (!shape.success) return []
  const plain = encodeWedge(shape.data, reference)
  // Without leading zeros to drop there is nothing this variant would say that the plain one does not.
  if (plain === undefined || (zerosDropped && plain === encodeWedge({ ...shape.data, zerosDropped: false }, reference)))
    return []
  const at = text.indexOf(plain)
  // A dropped zero that stands there after all was not dropped.
  if (at < 0 || (zerosDropped && text[at - 1] === '0')) return []
  const profile = wedgeProfile.safeParse({
    ...shape.data,
    prefix: text.slice(0, at),
    suffix: text.slice(at + plain.length),
  })
  return profile.success && reads(profile.data, text, reference) ? [profile.data] : []
}

function reads(profile: WedgeProfile, typed: string, reference: CardHex): boolean {
  const decoded = decodeWedge(profile, typed)
  return 'hex' in decoded && decoded.hex === reference
}

function complexity({ prefix, suffix, zerosDropped }: WedgeProfile): number {
  return prefix.length + suffix.length + (zerosDropped ? 1 : 0)
}
