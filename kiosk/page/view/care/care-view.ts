/** Every screen of a childcare room: the board, and one step of bringing or fetching a child. */
import type { Instant } from '../../../../central-sync/protocol/time.ts'
import type { CareShown } from '../../../care/care-shown.ts'
import { type Element, withoutReadings } from '../../markup.ts'
import type { Screen } from '../../screen-state.ts'
import { say, type WordKey } from '../../words.ts'
import type { ToneName } from '../tap-view.ts'
import { boardView } from './board-view.ts'
import { type CareScreen, noticeKey } from './care-parts.ts'
import {
  familyView,
  fetcherView,
  healthView,
  overrideView,
  phoneView,
  pinView,
  proveView,
  staffView,
} from './form-views.ts'
import { handedView, noticeView, slipView, turnedAwayView, waitView } from './result-views.ts'

export function isCareScreen(screen: Screen): screen is CareScreen {
  return screen.care !== undefined && screen.form !== undefined
}

export function careView(screen: CareScreen, now: Instant): Element {
  const { step } = screen.care
  switch (step.step) {
    case 'board':
      return boardView(screen, now)
    case 'family':
      return familyView(screen, step)
    case 'health':
      return screen.form.phoning ? phoneView(screen) : healthView(screen, step)
    case 'turned_away':
      return turnedAwayView(screen, step)
    case 'slip':
      return slipView(screen, step)
    case 'prove':
      return proveView(screen, step)
    case 'fetcher':
      return fetcherView(screen, step)
    case 'staff':
      return staffView(screen, step)
    case 'pin':
      return pinView(screen, step)
    case 'override':
      return overrideView(screen, step)
    case 'wait':
      return waitView(screen)
    case 'handed':
      return handedView(screen, step)
    case 'notice':
      return noticeView(screen, step.code)
  }
}

/** Colour of the whole screen. Whoever may not have a child meets the same calm blue as everybody who waits. */
export function toneOfCare({ step }: CareShown): ToneName {
  switch (step.step) {
    case 'slip':
      return 'in'
    case 'handed':
      return 'out'
    case 'turned_away':
    case 'notice':
      return 'attention'
    case 'wait':
      return 'busy'
    default:
      return 'idle'
  }
}

/** What a screen reader is told of a result; it holds no name and no code. */
export function spokenCare({ care, language, form }: CareScreen): string {
  const plain = (...keys: readonly WordKey[]) => keys.map((key) => withoutReadings(say(key, language))).join(' ')
  if (form.notice === 'missing') return plain('bringMissing')
  switch (care.step.step) {
    case 'slip':
      return plain(care.step.again ? 'slipAgain' : 'slipTitle')
    case 'turned_away':
      return plain('turnedAway', 'turnedAwayHelp')
    case 'wait':
      return plain('waitTitle', 'waitHelp')
    case 'handed':
      return plain('handed')
    case 'notice':
      return plain(noticeKey(care.step.code), 'noticeHelp')
    case 'staff':
      return plain(care.step.have > 0 ? 'staffSecond' : 'staffTitle')
    default:
      return ''
  }
}

/** In the last twenty seconds of a step: how many are left. */
export function careWarning({ care, form }: CareScreen, now: number, warningMs: number): number | undefined {
  // A short sentence that leaves by itself asks for nothing.
  if (form.until === undefined || (care.leftMs ?? 0) < 2 * warningMs) return undefined
  const left = form.until - now
  return left <= warningMs ? Math.max(0, Math.ceil(left / 1_000)) : undefined
}
