/** How the hub's pages are declared. */
import { z } from 'zod'
import type { StaffRole } from '../../protocol/event/place.ts'
import type { Refusal } from '../../protocol/refusal.ts'
import { addDays, businessDayOf, firstDayOf, type Instant, type Month, monthOf } from '../../protocol/time.ts'
import type { Access, Page, Redirect, RequestContext, Words } from '../../web/port.ts'

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
  load(input: z.infer<z.ZodObject<S>>, context: RequestContext): Promise<Loaded>
}

export function hubPage<S extends z.ZodRawShape>(sketch: PageSketch<S>): Page {
  const { path, access, title, template, shell = 'staff', input, load } = sketch
  return {
    ...{ path, access, title, shell },
    template: `hub/${template}`,
    input: z.object(input ?? {}),
    load: (asked, context) => load(asked as z.infer<z.ZodObject<S>>, context),
  }
}

export function holds({ actor }: RequestContext, roles: readonly StaffRole[]): boolean {
  return actor.kind === 'staff' && actor.roles.some((role) => roles.includes(role))
}

/** The last month that is over: what payroll works on. */
export function lastMonth(now: Instant): Month {
  return previousMonth(monthOf(businessDayOf(now)))
}

export function previousMonth(month: Month): Month {
  return monthOf(addDays(firstDayOf(month), -1))
}
