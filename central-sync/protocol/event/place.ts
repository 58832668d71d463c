/** Events about centres, devices, staff and the network. */
import { z } from 'zod'
import { identifier } from '../identifier.ts'
import { instant } from '../time.ts'
import { defineEvent } from './definition.ts'

/** `SHI`, `ITO`, `local` …: read by people, in no key and no chain. */
export const centreCode = z.string().regex(/^[A-Za-z][A-Za-z0-9]{1,11}$/)
export const label = z.string().trim().min(1).max(100)
export const language = z.enum(['ja', 'easy', 'en'])
export type Language = z.infer<typeof language>

/** First entry of every incarnation. */
export const incarnationOpened = defineEvent({
  type: 'incarnation.opened',
  version: 1,
  author: 'either',
  data: z.strictObject({
    role: z.enum(['centre', 'hub']),
    site: z.string().max(40),
    inc: z.string().max(64),
    publicKey: z.string().max(64),
    prevInc: z.string().max(64),
    prevSeq: z.number().int().min(0),
    prevHash: z.string().max(64),
    reason: z.enum(['first', 'restored', 'cloned', 'rewound']),
  }),
})

/** The centre's own name and code. The newest one counts. */
export const centreNamed = defineEvent({
  type: 'centre.named',
  version: 1,
  author: 'either',
  data: z.strictObject({ site: identifier('site'), code: centreCode, name: label }),
})

/** A hub admits a centre after its enrolment code was used. */
export const siteAdmitted = defineEvent({
  type: 'site.admitted',
  version: 1,
  author: 'hub',
  data: z.strictObject({
    site: identifier('site'),
    code: centreCode,
    name: label,
    publicKey: z.string().max(64),
    boxKey: z.string().max(64),
  }),
})

export const deviceKind = z.enum(['kiosk', 'agent', 'import'])

export const deviceEnrolled = defineEvent({
  type: 'device.enrolled',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    device: identifier('device'),
    kind: deviceKind,
    label,
    /** Where it stands: a label on its taps. */
    place: z.string().max(60),
    publicKey: z.string().max(64),
    boxKey: z.string().max(64),
  }),
})

/** Where a kiosk stands: at the door of a childcare room, or, without one, at the entrance. The newest counts. */
export const deviceStationed = defineEvent({
  type: 'device.stationed',
  version: 1,
  author: 'centre',
  data: z.strictObject({ device: identifier('device'), room: identifier('resource').optional() }),
})

/** A retired device owes no watermark any more and can never connect again. */
export const deviceRetired = defineEvent({
  type: 'device.retired',
  version: 1,
  author: 'centre',
  data: z.strictObject({ device: identifier('device'), reason: z.string().max(200) }),
})

export const centreRole = z.enum(['front_desk', 'director', 'childcare', 'it', 'administrator'])
export const hubRole = z.enum(['orders', 'payroll', 'auditor', 'administrator'])
export const staffRole = z.enum([...centreRole.options, 'orders', 'payroll', 'auditor'])
export type StaffRole = z.infer<typeof staffRole>

/** Names are sealed and their key never leaves this server: staff accounts do not sync. */
export const staffAdded = defineEvent({
  type: 'staff.added',
  version: 1,
  author: 'either',
  data: z.strictObject({ staff: identifier('staff'), roles: z.array(staffRole).min(1).max(8) }),
  personal: z.strictObject({
    login: z.string().max(60),
    name: z.string().max(100),
    /** The worker this person also is: nobody decides about oneself. */
    worker: identifier('worker').optional(),
  }),
})

export const staffChanged = defineEvent({
  type: 'staff.changed',
  version: 1,
  author: 'either',
  data: z.strictObject({ staff: identifier('staff'), roles: z.array(staffRole).min(1).max(8), active: z.boolean() }),
})

/** A card key version of the network; the key itself travels sealed outside the journal. */
export const cardKeyAnnounced = defineEvent({
  type: 'card-key.announced',
  version: 1,
  author: 'either',
  data: z.strictObject({ keyVersion: z.number().int().min(0), from: instant }),
})
