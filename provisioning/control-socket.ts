/**
 * How the command line reaches the server that holds a data folder: a Unix socket in that folder, mode 0600. One request
 * per connection: a JSON line that names the operation and the length of the body, then the body (a CSV file). The
 * answer is JSON lines: `{"out": base64}`, `{"note": text}` …, and `{"exit": n}` last.
 */
import { chmodSync, closeSync, openSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { refuse } from '../central-sync/protocol/refusal.ts'
import { type ExitCode, REFUSED, refusalLine, runToExit } from './outcome.ts'
import type { Voice } from './voice.ts'

const SOCKET_NAME = 'kado.sock'
const HEADER_BYTES_MAX = 65_536
export const BODY_BYTES_MAX = 256 * 1_048_576
/** `sun_path` holds 108 bytes; leave room for the terminating zero. */
const SOCKET_PATH_MAX = 100

const requestHeader = z.strictObject({
  v: z.literal(1),
  operation: z.string().max(60),
  input: z.record(z.string(), z.unknown()),
  bytes: z.number().int().min(0).max(BODY_BYTES_MAX),
})

const answerLine = z.union([
  z.strictObject({ out: z.base64() }),
  z.strictObject({ note: z.string() }),
  z.strictObject({ exit: z.union([z.literal(0), z.literal(1), z.literal(2)]) }),
])

export interface ControlRequest {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

export type ControlHandler = (request: ControlRequest, voice: Voice) => Promise<ExitCode>

/**
 * Listens in a folder whose lock this process holds: a socket file that is already there was left by a process that
 * died, and is replaced.
 */
export async function openControlSocket(folder: string, handle: ControlHandler): Promise<AsyncDisposable> {
  const place = socketPlace(folder)
  rmSync(place.path, { force: true })
  const server = createServer({ allowHalfOpen: true }, (socket) => void serve(socket, handle))
  await listenPrivately(server, place.path)
  return {
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()))
      rmSync(place.path, { force: true })
      place.release()
    },
  }
}

function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Created under the mask, so that there is no moment at which others could connect.
    const mask = process.umask(0o177)
    server.once('error', reject)
    server.listen(path, () => {
      chmodSync(path, 0o600)
      resolve()
    })
    process.umask(mask)
  })
}

/** A long path is reached through the open folder (`/proc/self/fd/N/…`), which is always short. */
function socketPlace(folder: string): { path: string; release(): void } {
  const path = join(folder, SOCKET_NAME)
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX || process.platform !== 'linux') return { path, release: () => {} }
  const fd = openSync(dirname(path), 'r')
  return { path: `/proc/self/fd/${fd}/${basename(path)}`, release: () => closeSync(fd) }
}

async function serve(socket: Socket, handle: ControlHandler): Promise<void> {
  socket.on('error', () => socket.destroy())
  const voice = voiceOver(socket)
  try {
    const request = await readRequest(socket)
    const code = await runToExit(voice, async () => {
      if (request !== undefined) return handle(request, voice)
      voice.note(refusalLine(refuse('malformed')))
      return REFUSED
    })
    socket.end(`${JSON.stringify({ exit: code })}\n`)
  } catch (error) {
    // A programmer's error ends this command, not the server that everybody else is using.
    voice.note(String(error instanceof Error ? error.stack : error))
    socket.end(`${JSON.stringify({ exit: REFUSED })}\n`)
  }
}

function voiceOver(socket: Socket): Voice {
  return {
    write: (data) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve()
        const text = `${JSON.stringify({ out: Buffer.from(data).toString('base64') })}\n`
        if (socket.write(text)) return resolve()
        const go = () => resolve()
        socket.once('drain', go).once('close', go)
      }),
    note: (sentence) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify({ note: sentence })}\n`)
    },
  }
}

/** Undefined when what came is not a request. */
async function readRequest(socket: Socket): Promise<ControlRequest | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size > HEADER_BYTES_MAX + BODY_BYTES_MAX) return undefined
  }
  const all = Buffer.concat(chunks)
  const end = all.indexOf('\n')
  if (end < 0 || end > HEADER_BYTES_MAX) return undefined
  const header = requestHeader.safeParse(parseJson(all.toString('utf8', 0, end)))
  const body = all.subarray(end + 1)
  if (!header.success || header.data.bytes !== body.length) return undefined
  return { operation: header.data.operation, input: header.data.input, body }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Undefined when no server answers in this folder; otherwise the exit code the server gave. */
export async function askServer(folder: string, request: ControlRequest, voice: Voice): Promise<ExitCode | undefined> {
  const place = socketPlaceIfAny(folder)
  if (place === undefined) return undefined
  try {
    const socket = await connectTo(place.path)
    if (socket === undefined) return undefined
    const { operation, input, body } = request
    socket.write(`${JSON.stringify({ v: 1, operation, input, bytes: body.length })}\n`)
    socket.end(body)
    return await relayAnswer(socket, voice)
  } finally {
    place.release()
  }
}

function socketPlaceIfAny(folder: string): { path: string; release(): void } | undefined {
  try {
    return socketPlace(folder)
  } catch {
    return undefined
  }
}

function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}

async function relayAnswer(socket: Socket, voice: Voice): Promise<ExitCode> {
  let exit: ExitCode | undefined
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of socket) {
      const lines = splitLines(Buffer.concat([rest, chunk as Buffer]))
      rest = lines.rest
      for (const line of lines.whole) exit = (await relayLine(line, voice)) ?? exit
    }
  } catch {
    exit = undefined
  }
  if (exit !== undefined) return exit
  voice.note(refusalLine(refuse('commit_not_confirmed')))
  return REFUSED
}

async function relayLine(line: string, voice: Voice): Promise<ExitCode | undefined> {
  const answer = answerLine.parse(JSON.parse(line))
  if ('out' in answer) await voice.write(Buffer.from(answer.out, 'base64'))
  if ('note' in answer) voice.note(answer.note)
  return 'exit' in answer ? answer.exit : undefined
}

function splitLines(bytes: Buffer): { whole: string[]; rest: Buffer } {
  const end = bytes.lastIndexOf('\n')
  if (end < 0) return { whole: [], rest: Buffer.from(bytes) }
  return { whole: bytes.toString('utf8', 0, end).split('\n'), rest: Buffer.from(bytes.subarray(end + 1)) }
}
