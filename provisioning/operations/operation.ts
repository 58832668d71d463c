/** One operation of the command line: where its data are, what it takes, what it does. */
import type { z } from 'zod'
import { Refused, refuse } from '../../central-sync/protocol/refusal.ts'
import type { ControlRequest } from '../control-socket.ts'
import type { ExitCode } from '../outcome.ts'
import type { OpenParts } from '../parts.ts'
import type { Voice } from '../voice.ts'

/** `new centre`: as `centre`, and an empty folder becomes one. */
export type OperationHome = 'centre' | 'new centre' | 'hub' | 'either'

export interface Operation {
  readonly name: string
  readonly home: OperationHome
  /** What was written must travel between centre and hub before the answer is true. */
  readonly needsWholeHouse: boolean
  perform(parts: OpenParts, request: ControlRequest, voice: Voice): Promise<ExitCode>
}

interface OperationDefinition<I> {
  readonly name: string
  readonly home: OperationHome
  readonly needsWholeHouse?: boolean
  readonly input: z.ZodType<I>
  run(parts: OpenParts, input: I, body: Buffer, voice: Voice): Promise<ExitCode>
}

export function operation<I>({ name, home, needsWholeHouse, input, run }: OperationDefinition<I>): Operation {
  return {
    name,
    home,
    needsWholeHouse: needsWholeHouse ?? false,
    async perform(parts, request, voice) {
      const parsed = input.safeParse(request.input)
      if (!parsed.success) throw new Refused(refuse('malformed', parsed.error.issues[0]?.message))
      return run(parts, parsed.data, request.body, voice)
    },
  }
}
