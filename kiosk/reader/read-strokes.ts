/** From the keys of one burst to a card number, by the profile of the reader that typed them. Pure. */
import { charactersOf, type Stroke } from './key-codes.ts'
import { type Decoded, decodeWedge } from './wedge-decoder.ts'
import type { WedgeProfile } from './wedge-profile.ts'

export function readStrokes(profile: WedgeProfile, strokes: readonly Pick<Stroke, 'code' | 'shift'>[]): Decoded {
  const characters = charactersOf(strokes)
  if ('unknown' in characters)
    return { garbled: `sent the key ${characters.unknown}; program it for letters, digits and Enter only` }
  return decodeWedge(profile, characters.text)
}
