/** The journals of a folder: verified, exported line by line, their projections rebuilt. */
import { z } from 'zod'
import { DONE, REFUSED } from '../outcome.ts'
import { type Operation, operation } from './operation.ts'
import { printJson } from './print.ts'

const part = z.enum(['centre', 'hub'])
const onEach = z.strictObject({ part, json: z.boolean().default(false) })

export const journalOperations: readonly Operation[] = [
  operation({
    name: 'journal.verify',
    home: 'either',
    input: onEach,
    run: async (parts, input, _body, voice) => {
      const { ok, entries, streams, problems } = await parts.journalOf(input.part).verify()
      if (input.json) await printJson({ part: input.part, ok, entries, streams, problems }, voice)
      else {
        const count = `${streams.length} streams, ${entries} entries`
        await voice.write(`${input.part}: ${ok ? '正しい / intact' : '壊れている / broken'} (${count})\n`)
      }
      for (const { site, inc, seq, what } of problems) voice.note(`${input.part} ${site} ${inc} #${seq}: ${what}`)
      return ok ? DONE : REFUSED
    },
  }),
  operation({
    name: 'journal.rebuild',
    home: 'either',
    input: onEach,
    run: async (parts, input, _body, voice) => {
      const { equal, entries, quarantined, tables } = await parts.journalOf(input.part).rebuild()
      if (input.json) await printJson({ part: input.part, equal, entries, quarantined, tables }, voice)
      else {
        const result = equal ? '前と同じ / equal' : '前と違う / different'
        await voice.write(`${input.part}: ${result} (${entries} entries, ${quarantined} quarantined)\n`)
      }
      return DONE
    },
  }),
  operation({
    name: 'journal.export',
    home: 'either',
    input: z.strictObject({ part }),
    run: async (parts, input, _body, voice) => {
      for await (const lines of parts.journalOf(input.part).exportLines()) await voice.write(lines)
      return DONE
    },
  }),
]
