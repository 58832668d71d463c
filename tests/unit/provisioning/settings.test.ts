import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Refused } from '../../../central-sync/protocol/refusal.ts'
import { dataFolderOf, isLoopback, readSettings } from '../../../provisioning/settings.ts'

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'kado-settings-'))

function withFile(settings: unknown): string {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'settings.json'), typeof settings === 'string' ? settings : JSON.stringify(settings))
  return folder
}

function refusalOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof Refused) return error.refusal.detail ?? ''
    throw error
  }
  return 'nothing was refused'
}

describe('settings', () => {
  test('without any setting only this machine can reach the server', () => {
    const settings = readSettings(emptyFolder(), {}, {})
    expect(settings).toMatchObject({ host: '127.0.0.1', port: 8470, center: 'local', tls: undefined, plainLan: false })
  })

  test('a flag wins over the environment, the environment over the file', () => {
    const folder = withFile({ port: 1001, center: 'ITO', logLevel: 'error' })
    const settings = readSettings(folder, { port: 3003 }, { KADO_PORT: '2002', KADO_CENTER: 'NAK' })
    expect(settings).toMatchObject({ port: 3003, center: 'NAK', logLevel: 'error' })
  })

  test('an empty variable of the environment counts as absent', () => {
    expect(readSettings(emptyFolder(), {}, { KADO_PORT: '' }).port).toBe(8470)
  })

  test('a LAN address needs TLS or the word that it is plain', () => {
    const folder = emptyFolder()
    expect(refusalOf(() => readSettings(folder, { host: '0.0.0.0' }, {}))).toContain('reachable from the network')
    expect(readSettings(folder, { host: '0.0.0.0', plainLan: true }, {}).plainLan).toBe(true)
    expect(readSettings(folder, { host: '192.168.1.5', tlsCert: 'a', tlsKey: 'b' }, {}).tls).toEqual({
      certFile: 'a',
      keyFile: 'b',
    })
  })

  test('a name other than localhost may point anywhere, so it counts as a LAN address', () => {
    expect(['localhost', '127.0.0.1', '127.8.9.1', '::1'].every(isLoopback)).toBe(true)
    expect(['kado.example', '0.0.0.0', '::', '127.evil.example'].some(isLoopback)).toBe(false)
  })

  test('names the contradiction', () => {
    const folder = emptyFolder()
    expect(refusalOf(() => readSettings(folder, { tlsCert: 'a' }, {}))).toContain('tlsCert and tlsKey')
    expect(refusalOf(() => readSettings(folder, { tlsCert: 'a', tlsKey: 'b', plainLan: true }, {}))).toContain(
      'plainLan',
    )
  })

  test('names a setting that does not exist, and the file it stands in', () => {
    const said = refusalOf(() => readSettings(withFile({ prot: 80 }), {}, {}))
    expect(said).toContain('settings.json')
    expect(said).toContain('prot')
  })

  test('names a value that cannot be', () => {
    expect(refusalOf(() => readSettings(emptyFolder(), {}, { KADO_PORT: '99999' }))).toContain('port')
    expect(refusalOf(() => readSettings(withFile('{"port":'), {}, {}))).toContain('not JSON')
  })

  test('the data folder is the flag, else the environment, else ./data', () => {
    expect(dataFolderOf('/a/b', { KADO_DATA: '/c' })).toBe('/a/b')
    expect(dataFolderOf(undefined, { KADO_DATA: '/c' })).toBe('/c')
    expect(dataFolderOf(undefined, {})).toBe(join(process.cwd(), 'data'))
  })
})
