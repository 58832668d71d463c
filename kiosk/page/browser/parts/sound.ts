/**
 * Four tones a person tells apart without looking, in the grammar of a station gate: rising = in, falling = out, two
 * short equal ones = please read, one long low one = not accepted. Loudness is a setting of the kiosk.
 */
import type { SoundSettings } from '../../../check-in/kiosk-event.ts'
import type { Tone } from '../../screen-state.ts'

interface Note {
  readonly hertz: number
  /** Seconds after the start, and length in seconds. */
  readonly at: number
  readonly long: number
  readonly shape: OscillatorType
}

const NOTES: Readonly<Record<Tone, readonly Note[]>> = {
  in: [
    { hertz: 1_047, at: 0, long: 0.11, shape: 'sine' },
    { hertz: 1_568, at: 0.11, long: 0.22, shape: 'sine' },
  ],
  out: [
    { hertz: 1_319, at: 0, long: 0.13, shape: 'sine' },
    { hertz: 784, at: 0.13, long: 0.28, shape: 'sine' },
  ],
  attention: [
    { hertz: 880, at: 0, long: 0.1, shape: 'triangle' },
    { hertz: 880, at: 0.18, long: 0.1, shape: 'triangle' },
  ],
  refused: [{ hertz: 196, at: 0, long: 0.7, shape: 'square' }],
}

export class Sound {
  #context: AudioContext | undefined

  /** Browsers begin silent until the page was touched; a kiosk browser is started with leave to play. */
  get blocked(): boolean {
    return this.#context === undefined || this.#context.state !== 'running'
  }

  /** Call at start and on every touch of the page. */
  async wake(): Promise<void> {
    this.#context ??= new AudioContext()
    if (this.#context.state === 'suspended') await Promise.race([this.#context.resume(), soon()])
  }

  play(tone: Tone, { volume, quiet }: SoundSettings): void {
    const context = this.#context
    if (quiet || context === undefined || context.state !== 'running') return
    for (const note of NOTES[tone]) this.#note(context, note, volume)
  }

  #note(context: AudioContext, { hertz, at, long, shape }: Note, volume: number): void {
    const start = context.currentTime + at
    const [oscillator, gain] = [context.createOscillator(), context.createGain()]
    oscillator.type = shape
    oscillator.frequency.value = hertz
    // Square and triangle carry more at the same height of wave; soft edges keep the loudspeaker from clicking.
    const loud = volume * (shape === 'square' ? 0.35 : 0.8)
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(loud, start + 0.01)
    gain.gain.setValueAtTime(loud, start + long - 0.03)
    gain.gain.linearRampToValueAtTime(0, start + long)
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(start)
    oscillator.stop(start + long)
  }
}

/** A blocked `resume` never settles. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300))
}
