/** How the centre's pages are declared. */
import { z } from 'zod'
import type { StaffRole } from '../../central-sync/protocol/event/place.ts'
import type { Refusal } from '../../central-sync/protocol/refusal.ts'
import type { Access, Page, Redirect, RequestContext, Words } from '../../central-sync/web/port.ts'
import { signInStaff } from '../http/shape-door.ts'

export const DESK = ['front_desk', 'director', 'administrator'] as const satisfies readonly StaffRole[]
export const APPROVERS = ['director', 'administrator'] as const satisfies readonly StaffRole[]
export const CARETAKERS = ['it', 'administrator'] as const satisfies readonly StaffRole[]

type Loaded = Readonly<Record<string, unknown>> | Refusal | Redirect

export interface PageSketch<S extends z.ZodRawShape> {
  readonly path: string
  readonly access: Access
  readonly title: Words
  /** File in this folder without its ending. */
  readonly template: string
  readonly shell?: Page['shell']
  /** Path and query parameters; unknown ones are ignored. */
  readonly input?: S
  readonly scripts?: readonly string[]
  readonly beforePinChange?: boolean
  readonly answers?: Page['answers']
  load(input: z.infer<z.ZodObject<S>>, context: RequestContext): Promise<Loaded>
}

export function centrePage<S extends z.ZodRawShape>(sketch: PageSketch<S>): Page {
  const {
    path,
    access,
    title,
    template,
    shell = 'staff',
    input,
    scripts = [],
    beforePinChange = false,
    answers = [],
    load,
  } = sketch
  return {
    path,
    access,
    title,
    template: `appliance/${template}`,
    shell,
    input: z.object(input ?? {}),
    scripts: scripts.map((name) => `appliance/${name}`),
    beforePinChange,
    answers,
    load: async (asked, context) => {
      if (mustChangePassword(context)) return { redirect: '/password' }
      return load(asked as z.infer<z.ZodObject<S>>, context)
    },
  }
}

/** A password that somebody else chose is changed before anything else. */
function mustChangePassword({ answered }: RequestContext): boolean {
  if (answered?.command !== signInStaff.name) return false
  const output = signInStaff.output.safeParse(answered.output)
  return output.success && output.data.passwordChangeRequired
}

export function holds(context: RequestContext, roles: readonly StaffRole[]): boolean {
  const { actor } = context
  return actor.kind === 'staff' && actor.roles.some((role) => roles.includes(role))
}
