/**
 * Decides whether a child may be given to a person (P15, P16). A ban beats every permission and is looked up by person
 * first, by name second; a guardian without contact counts as banned. Nobody overrides a ban at the door: it has to be
 * lifted first, which is an act of its own. Everything else that is missing, two members of staff may answer for
 * together, with a reason.
 */
import type { SecondFactor } from '../protocol/event/childcare.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import type { CalendarDay } from '../protocol/time.ts'
import { mayBeSamePerson, type WrittenName } from './match-name.ts'

interface Valid {
  readonly from: CalendarDay
  /** Last day. */
  readonly to?: CalendarDay | undefined
}

export interface PickupGuardian extends Valid, WrittenName {
  readonly id: string
  readonly worker?: string | undefined
  readonly custody: 'normal' | 'no_contact'
}

export interface PickupGrant extends Valid, WrittenName {
  readonly id: string
  readonly worker?: string | undefined
  readonly scope: 'standing' | 'one_day'
  /** Of a permission for one day. */
  readonly day?: CalendarDay | undefined
  readonly revoked: boolean
}

export interface PickupBlock extends Valid, WrittenName {
  readonly id: string
  readonly worker?: string | undefined
  /** The guardian who is meant. */
  readonly guardian?: string | undefined
}

/** What is known about fetching one child. */
export interface PickupFacts {
  readonly day: CalendarDay
  readonly guardians: readonly PickupGuardian[]
  readonly grants: readonly PickupGrant[]
  /** Without those that were lifted. */
  readonly blocks: readonly PickupBlock[]
}

/** Who stands there: chosen from the list, known by a card, or typed. */
export interface PickupPerson {
  /** Guardian or permission, as chosen from the list. */
  readonly id?: string | undefined
  /** By the card she tapped, or of the chosen entry. */
  readonly worker?: string | undefined
  /** As typed; empty when she was chosen. */
  readonly name?: string | undefined
  readonly kana?: string | undefined
}

export interface PickupYes {
  readonly kind: 'guardian' | 'pickup'
  readonly id: string
}

export function isValidOn({ from, to }: Valid, day: CalendarDay): boolean {
  return from <= day && (to === undefined || day <= to)
}

/** May this person have the child today? `pickup_blocked`, `pickup_not_today` or `pickup_not_allowed` otherwise. */
export function decidePickup(person: PickupPerson, facts: PickupFacts): PickupYes | Refusal {
  const { day, guardians, grants } = facts
  if (findBan(person, facts) !== undefined) return refuse('pickup_blocked')
  const guardian = guardians.find((one) => isMeant(person, one) && isValidOn(one, day))
  if (guardian !== undefined) return { kind: 'guardian', id: guardian.id }
  const granted = grants.filter((one) => isMeant(person, one) && !one.revoked)
  const today = granted.find((one) => isGrantedOn(one, day))
  if (today !== undefined) return { kind: 'pickup', id: today.id }
  const known = granted.length > 0 || guardians.some((one) => isMeant(person, one))
  return refuse(known ? 'pickup_not_today' : 'pickup_not_allowed')
}

/** Is this permission in force on that day? */
export function isGrantedOn(grant: PickupGrant, day: CalendarDay): boolean {
  if (grant.revoked || !isValidOn(grant, day)) return false
  return grant.scope === 'standing' || grant.day === day
}

/** A permission needs the entry or the card: a typed name alone never allows anything. */
function isMeant({ id, worker }: PickupPerson, entry: { readonly id: string; readonly worker?: string | undefined }) {
  if (id !== undefined) return entry.id === id
  return worker !== undefined && entry.worker === worker
}

/** What forbids it: the id of a block in force, or of a guardian without contact. */
export function findBan(person: PickupPerson, { day, guardians, grants, blocks }: PickupFacts): string | undefined {
  const meant = [...guardians, ...grants].filter((one) => isMeant(person, one))
  const known = [person.id, ...meant.map(({ id }) => id)]
  const workers = [person.worker, ...meant.map(({ worker }) => worker)].filter((worker) => worker !== undefined)
  const names = [{ name: person.name ?? '', kana: person.kana ?? '' }, ...meant]
  const bans = [
    ...blocks.map((block) => ({ ...block, ids: [block.id, block.guardian] })),
    ...guardians.filter(({ custody }) => custody === 'no_contact').map((one) => ({ ...one, ids: [one.id] })),
  ].filter((ban) => isValidOn(ban, day))
  const found =
    bans.find(({ ids, worker }) => {
      const byId = ids.some((id) => id !== undefined && known.includes(id))
      return byId || (worker !== undefined && workers.includes(worker))
    }) ?? bans.find((ban) => isByName(ban) && names.some((name) => mayBeSamePerson(name, ban)))
  return found?.id

  /** A ban on a known worker is not widened to everyone of a like name who shows a card of her own. */
  function isByName({ worker }: { readonly worker?: string | undefined }): boolean {
    return worker === undefined || workers.length === 0
  }
}

export interface PickupOverride {
  readonly staff: readonly [string, string]
  readonly reason: string
}

/** May two members of staff give the child to somebody who is on no list today? Never against a ban. */
export function decideOverride(
  person: PickupPerson,
  { staff: [first, second], reason }: PickupOverride,
  facts: PickupFacts,
): Refusal | undefined {
  if (findBan(person, facts) !== undefined) return refuse('pickup_blocked')
  if (first === second || first === '' || second === '' || reason.trim() === '') return refuse('two_staff_needed')
  if ((person.name ?? '').trim() === '') return refuse('pickup_not_allowed')
  return undefined
}

export interface PickupProof {
  readonly kind: SecondFactor
  /** Of `code`: as typed. */
  readonly code?: string | undefined
  /** Of `parent_card`: the worker of the card. */
  readonly worker?: string | undefined
}

/** The second proof beside the face: the code of the slip, the card of the person herself, or a member of staff who knows her. */
export function checkProof(
  proof: PickupProof,
  person: PickupYes | undefined,
  facts: PickupFacts & {
    readonly code: string
    /** Another child who is here has the same code on her slip: then a code proves nothing (P18). */
    readonly shared?: boolean | undefined
  },
): Refusal | undefined {
  if (proof.kind === 'face') return undefined
  if (proof.kind === 'code') {
    const same = facts.code !== '' && foldCode(proof.code ?? '') === foldCode(facts.code)
    if (!same) return refuse('code_wrong')
    return facts.shared === true ? refuse('code_shared') : undefined
  }
  const entry = [...facts.guardians, ...facts.grants].find(({ id }) => id === person?.id)
  return entry?.worker !== undefined && entry.worker === proof.worker ? undefined : refuse('pickup_not_allowed')
}

/** Codes are read over a counter: width, case, spaces and hyphens do not matter. */
export function foldCode(code: string): string {
  return code.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '')
}
