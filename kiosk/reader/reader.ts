/** The door of this folder: what a reader is (`card-reader.ts`), and how the readers of a kiosk are made. */
import type { CardReader, ReaderSurroundings } from './card-reader.ts'
import type { ReaderSettings } from './reader-settings.ts'

export type * from './card-reader.ts'

/** Makes the readers of one kiosk, not yet started. Two readers with one id, or a forbidden one, are thrown by name. */
export async function openReaders(
  settings: readonly ReaderSettings[],
  surroundings: ReaderSurroundings,
): Promise<readonly CardReader[]> {
  const ids = settings.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new Error(`two readers are called "${twice}"`)
  return Promise.all(settings.map((one) => openReader(one, surroundings)))
}

async function openReader(settings: ReaderSettings, surroundings: ReaderSurroundings): Promise<CardReader> {
  switch (settings.kind) {
    case 'pcsc':
      return (await import('./pcsc/pcsc-reader.ts')).PcscReader.create(settings, surroundings)
    case 'hid-wedge':
      return (await import('./hid-wedge.ts')).HidWedgeReader.create(settings, surroundings)
    case 'hid-raw':
      return (await import('./hid-raw.ts')).HidRawReader.create(settings, surroundings)
    case 'page-wedge':
      return (await import('./page-wedge.ts')).PageWedgeReader.create(settings, surroundings)
    case 'lines':
      return (await import('./lines.ts')).LinesReader.create(settings, surroundings)
    case 'simulated':
      return (await import('./simulated.ts')).SimulatedReader.create(settings, surroundings)
  }
}
