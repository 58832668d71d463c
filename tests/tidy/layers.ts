/** Who may import whom, as data. The order is the order of the house: what stands lower never looks up. */

/** Folder → the folders it may import from (besides itself). Longest matching folder wins. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  'central-sync/protocol': [],
  'central-sync/rules': ['central-sync/protocol'],
  'central-sync/spool': ['central-sync/protocol', 'central-sync/rules'],
  'central-sync/journal': ['central-sync/protocol', 'central-sync/rules'],
  'central-sync/web': ['central-sync/protocol', 'central-sync/rules'],
  'central-sync/hub': [
    'central-sync/protocol',
    'central-sync/rules',
    'central-sync/journal',
    'central-sync/spool',
    'central-sync/web',
  ],
  kiosk: ['central-sync/protocol', 'central-sync/rules', 'central-sync/spool', 'central-sync/web'],
  agent: ['central-sync/protocol', 'central-sync/rules', 'central-sync/spool', 'central-sync/web'],
  appliance: [
    'central-sync/protocol',
    'central-sync/rules',
    'central-sync/journal',
    'central-sync/spool',
    'central-sync/web',
  ],
  provisioning: ['central-sync', 'appliance', 'kiosk', 'agent'],
}

export interface PackageRule {
  readonly packages: readonly string[]
  /** Where they may be imported: a path must match one of these. */
  readonly only: readonly RegExp[]
  readonly because: string
}

export const packageRules: readonly PackageRule[] = [
  {
    packages: ['typeorm', 'sqlite3', 'pg'],
    only: [/^central-sync\/journal\//],
    because: 'truth on SQL goes through the write lane of journal/',
  },
  {
    packages: ['express', 'helmet'],
    only: [/^central-sync\/web\//, /\/http\//, /\/pages?\//],
    because: 'HTTP is spoken in web/, http/ and pages',
  },
  { packages: ['socket.io'], only: [/\/live\//, /^central-sync\/web\//], because: 'live pushes leave through live/' },
  { packages: ['socket.io-client'], only: [/\/browser\//], because: 'only browser code listens to live pushes' },
  {
    packages: ['ws'],
    only: [/\/channels\//, /\/link\//, /\/sync\//, /^central-sync\/hub\/hints?/],
    because: 'device sockets belong to channels and links',
  },
  { packages: ['handlebars'], only: [/^central-sync\/web\//], because: 'pages are rendered in one place' },
  {
    packages: ['node-machine-id'],
    only: [/^agent\/platform\//],
    because: 'machine ids are evidence of the agent only',
  },
  {
    packages: ['node-hid', 'pcsc-mini'],
    only: [/^kiosk\/reader\//],
    because: 'hardware is known in kiosk/reader only',
  },
  { packages: ['commander'], only: [/^provisioning\//], because: 'the command line is provisioning/' },
  {
    packages: ['pino'],
    only: [/^provisioning\//, /^central-sync\/web\//],
    because: 'loggers are made in one place and handed down',
  },
]

/** At most this many files may import the package. */
export const oneFileOnly: readonly string[] = ['node-hid', 'node-machine-id', 'pcsc-mini']

/** What protocol may import besides node: everything else there is pure. */
export const protocolPackages: readonly string[] = ['zod', 'ulid']

/** Only these stand at the top of the repository. */
export const topLevel: readonly RegExp[] = [
  /^(appliance|kiosk|agent|central-sync|provisioning|tests)$/,
  /^\.(ci|github|gitignore|gitattributes|npmrc|editorconfig|nvmrc|node-version)$/,
  /^(package|package-lock|tsconfig|biome)\.json$/,
  /^vitest\.config\.ts$/,
  /^(README|DECISIONS|CONTRIBUTING|CHANGELOG|SECURITY)(\.[a-z]{2})?\.md$/,
  /^LICENSE$/,
]

/** Folders are domain nouns. */
export const bannedFolders: readonly string[] = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'types',
  'services',
  'service',
  'lib',
  'misc',
  'managers',
  'controllers',
  'models',
  'repositories',
]

export interface BannedText {
  /** What is not written, for the title of the test. */
  readonly what: string
  readonly pattern: RegExp
  readonly instead: string
  /** Where it may stand all the same. */
  readonly except?: RegExp
  /** Where the rule looks; everywhere when absent. */
  readonly where?: RegExp
}

const PRODUCT = /^(appliance|kiosk|agent|central-sync|provisioning)\//

/** Looked for in code without comments and strings. */
export const bannedCalls: readonly BannedText[] = [
  {
    what: 'the clock of the process',
    pattern: /\bDate\.now\(/,
    instead: 'take a Clock and use clock.now()',
    except: /^central-sync\/protocol\/time\.ts$|\/browser\//,
  },
  {
    what: 'the present as a Date',
    pattern: /\bnew Date\(\s*\)/,
    instead: 'take a Clock and use clock.now()',
    except: /^central-sync\/protocol\/time\.ts$/,
  },
  { what: 'a mocked module or spy', pattern: /\bvi\.(mock|doMock|spyOn)\(/, instead: 'inject the collaborator' },
  { what: 'fake timers', pattern: /\bvi\.useFakeTimers\(/, instead: 'inject a Clock' },
  {
    what: 'a focused, skipped or failing test',
    pattern: /\b(it|test|describe)\.(only|todo|fails)\b/,
    instead: 'a test that runs',
  },
  {
    what: 'parseFloat',
    pattern: /\bparseFloat\(/,
    instead: 'money and counts are integers: Number() with a check, or parseRate()',
  },
  {
    what: 'a TypeORM repository',
    pattern: /\bgetRepository\(/,
    instead: 'the Rows and Tx of journal/port.ts',
    where: PRODUCT,
    except: /^central-sync\/journal\//,
  },
  {
    what: 'a query beside the write lane',
    pattern: /\.(save|query)\(/,
    instead: 'the Rows and Tx of journal/port.ts',
    where: /^(appliance|central-sync|provisioning)\//,
    except: /^central-sync\/journal\//,
  },
  {
    what: 'process.exit',
    pattern: /\bprocess\.exit\(/,
    instead: 'empty the event loop, or set process.exitCode in provisioning/',
    where: PRODUCT,
    except: /^provisioning\//,
  },
  {
    what: 'the environment',
    pattern: /\bprocess\.env\b/,
    instead: 'settings come in as arguments; the environment is read in provisioning/settings.ts',
    where: PRODUCT,
    except: /^provisioning\//,
  },
  {
    what: 'console output',
    pattern: /\bconsole\.(log|error|warn|info)\(/,
    instead: 'the injected log',
    where: PRODUCT,
    except: /^provisioning\/|\/browser\/|build-assets/,
  },
  {
    what: 'the type any',
    pattern: /:\s*any\b|\bas any\b|<any>|\bany\[\]/,
    instead: 'unknown, and a check',
    where: PRODUCT,
  },
  {
    what: 'a non-null assertion',
    pattern: /[\w)\]]!(\.|\[|;|,|\)|\s*$)/m,
    instead: 'handle undefined, or state the invariant',
  },
  { what: 'an enum', pattern: /^\s*(export\s+)?(const\s+)?enum\s/m, instead: 'a union of strings' },
  {
    what: 'a default export',
    pattern: /^\s*export default\b/m,
    instead: 'a named export',
    except: /^vitest\.config\.ts$|tally-reporter\.ts$|\.d\.ts$/,
  },
  { what: 'a silenced type error', pattern: /@ts-(ignore|nocheck|expect-error)/, instead: 'types that fit' },
]

/** Looked for in the whole text of code, comments and strings included. */
export const bannedText: readonly BannedText[] = [
  {
    what: 'a note to finish it later',
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    instead: 'do it now, or open an issue',
    except: /^tests\/tidy\//,
  },
  {
    what: 'a silenced type error in a comment',
    pattern: /@ts-(ignore|nocheck|expect-error)/,
    instead: 'types that fit',
    except: /^tests\/tidy\//,
  },
]

export const fileLinesMax = 400
export const functionLinesMax = 70
