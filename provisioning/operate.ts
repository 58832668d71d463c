/**
 * Runs one operation where its data are. When a server holds that part of the data folder the operation runs there, over
 * its control socket; otherwise the folder is opened here for as long as the operation takes. Never two writers.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../central-sync/protocol/time.ts'
import { askServer, type ControlRequest } from './control-socket.ts'
import { type DataFolder, lookInto, type PartName, partFolder, requirePart } from './data-folder.ts'
import { openParts } from './open-parts.ts'
import { type OperationHome, operationNamed } from './operations/operation-list.ts'
import { DONE, type ExitCode, REFUSED, refusalOf } from './outcome.ts'
import { dataFolderOf, readSettings, type Settings } from './settings.ts'
import type { Voice } from './voice.ts'

/** A server that is just starting holds the folder a moment before it listens. */
const START_MS_MAX = 15_000
const RETRY_MS = 150

export interface OperationCall {
  readonly data?: string | undefined
  /** Code of the centre an empty folder becomes. */
  readonly center?: string | undefined
  readonly part?: 'centre' | 'hub' | undefined
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  readonly body?: Buffer
}

export async function operate(voice: Voice, call: OperationCall): Promise<ExitCode> {
  const settings = readSettings(dataFolderOf(call.data), { center: call.center })
  const folder = lookInto(settings.data)
  const { home } = operationNamed(call.operation)
  const part = call.part ?? homeIn(folder, home)
  if (part !== 'centre' || !becomesCentre(folder, home)) requirePart(folder, part)
  const request = requestOf(call)
  return runAt(part, settings, home === 'either' ? { ...request, input: { ...call.input, part } } : request, voice)
}

/** The same operation on every part of the folder that keeps a journal; the worst exit code counts. */
export async function operateOnEach(voice: Voice, call: OperationCall): Promise<ExitCode> {
  const settings = readSettings(dataFolderOf(call.data), {})
  const folder = lookInto(settings.data)
  const parts = (['centre', 'hub'] as const).filter((part) => folder.parts.has(part))
  if (parts.length === 0) requirePart(folder, 'centre')
  let worst: ExitCode = DONE
  for (const part of parts) {
    const request = { ...requestOf(call), input: { ...call.input, part } }
    if ((await runAt(part, settings, request, voice)) !== DONE) worst = REFUSED
  }
  return worst
}

function requestOf({ operation, input, body }: OperationCall): ControlRequest {
  return { operation, input, body: body ?? Buffer.alloc(0) }
}

function homeIn({ parts }: DataFolder, home: OperationHome): 'centre' | 'hub' {
  if (home === 'hub') return 'hub'
  return home === 'either' && !parts.has('centre') && parts.has('hub') ? 'hub' : 'centre'
}

/** An empty or missing folder becomes a centre when something is imported into it. */
function becomesCentre({ parts }: DataFolder, home: OperationHome): boolean {
  return parts.size === 0 && home === 'new centre'
}

async function runAt(
  part: Exclude<PartName, 'kiosk'>,
  settings: Settings,
  request: ControlRequest,
  voice: Voice,
): Promise<ExitCode> {
  const deadline = systemClock.monotonicMs() + START_MS_MAX
  for (;;) {
    const answered = await askServer(partFolder(settings.data, part), request, voice)
    if (answered !== undefined) return answered
    try {
      return await runHere(part, settings, request, voice)
    } catch (error) {
      const held = refusalOf(error)?.refused === 'folder_in_use'
      if (!held || systemClock.monotonicMs() > deadline) throw error
      await wait(RETRY_MS)
    }
  }
}

async function runHere(
  part: Exclude<PartName, 'kiosk'>,
  settings: Settings,
  request: ControlRequest,
  voice: Voice,
): Promise<ExitCode> {
  const operation = operationNamed(request.operation)
  await using parts = await openParts(settings, part, operation.needsWholeHouse)
  return await operation.perform(parts, request, voice)
}
