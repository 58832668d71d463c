/** Signing in and out, the same way in every program. Verifiers are injected and must take equal time for a wrong name. */
import { z } from 'zod'
import type { StaffId, WorkerId } from '../protocol/identifier.ts'
import { refuse } from '../protocol/refusal.ts'
import type { Command, RequestContext } from './port.ts'
import { SignInLimiter } from './rate-limit.ts'

export interface SignInOptions {
  /** Undefined for a wrong password, an unknown or an inactive account alike. */
  verifyPassword?(login: string, password: string): Promise<StaffId | undefined>
  verifyPin?(code: string, pin: string): Promise<WorkerId | undefined>
  readonly limiter?: SignInLimiter
}

const nothing = z.strictObject({})
const staffInput = z.strictObject({ login: z.string().trim().min(1).max(60), password: z.string().min(1).max(200) })
const workerInput = z.strictObject({ code: z.string().trim().min(1).max(32), pin: z.string().trim().min(1).max(12) })

/** `staff.sign-in` when passwords can be verified, `worker.sign-in` when PINs can, and always `sign-out`. */
export function signInCommands(options: SignInOptions): Command[] {
  const limiter = options.limiter ?? new SignInLimiter()
  const { verifyPassword, verifyPin } = options
  const commands = [signOut as Command]
  if (verifyPassword !== undefined) commands.push(staffSignIn(limiter, verifyPassword) as Command)
  if (verifyPin !== undefined) commands.push(workerSignIn(limiter, verifyPin) as Command)
  return commands
}

type Verifier<Id> = (account: string, secret: string) => Promise<Id | undefined>

function staffSignIn(limiter: SignInLimiter, verify: Verifier<StaffId>): Command<z.infer<typeof staffInput>, object> {
  return {
    name: 'staff.sign-in',
    path: '/sign-in/staff',
    summary: { ja: '職員がサインインする', en: 'A staff member signs in' },
    access: 'anyone',
    input: staffInput,
    output: nothing,
    unrepeatable: true,
    async handle({ login, password }, context) {
      const staff = await limited(limiter, `staff ${normal(login)}`, context, () => verify(normal(login), password))
      if (typeof staff !== 'string') return staff
      await context.session.begin({ kind: 'staff', staff })
      return {}
    },
  }
}

function workerSignIn(
  limiter: SignInLimiter,
  verify: Verifier<WorkerId>,
): Command<z.infer<typeof workerInput>, object> {
  return {
    name: 'worker.sign-in',
    path: '/sign-in/worker',
    summary: { ja: 'ワーカーがサインインする', en: 'A worker signs in' },
    access: 'anyone',
    input: workerInput,
    output: nothing,
    unrepeatable: true,
    async handle({ code, pin }, context) {
      const plainPin = pin.normalize('NFKC')
      const worker = await limited(limiter, `worker ${normal(code).toUpperCase()}`, context, () =>
        verify(normal(code), plainPin),
      )
      if (typeof worker !== 'string') return worker
      await context.session.begin({ kind: 'worker', worker })
      return {}
    },
  }
}

const signOut: Command<object, object> = {
  name: 'sign-out',
  path: '/sign-out',
  summary: { ja: 'サインアウトする', en: 'Sign out' },
  access: 'anyone',
  input: nothing,
  output: nothing,
  unrepeatable: true,
  async handle(_input, context) {
    await context.session.end()
    return {}
  },
}

/** Full-width letters typed by an input method are the same account. */
function normal(text: string): string {
  return text.normalize('NFKC').trim()
}

async function limited<Id>(
  limiter: SignInLimiter,
  account: string,
  context: RequestContext,
  verify: () => Promise<Id | undefined>,
) {
  const wait = await limiter.begin(account, context.remote)
  if (wait !== undefined) return wait
  const id = await verify()
  if (id === undefined) return refuse('sign_in_failed')
  await limiter.succeeded(account, context.remote)
  return id
}
