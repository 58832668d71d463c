import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { KeptTap, KioskEvent, ShownAnswer } from '../../../kiosk/check-in/kiosk-event.ts'
import { toHtml, withoutReadings } from '../../../kiosk/page/markup.ts'
import { stepScreen } from '../../../kiosk/page/screen.ts'
import { type Effect, firstScreen, type Input, type Press, type Screen } from '../../../kiosk/page/screen-state.ts'
import { timeLeft, warning } from '../../../kiosk/page/screen-time.ts'
import { screenView, spokenText } from '../../../kiosk/page/view/screen-view.ts'
import { hello, scenes } from '../../support/kiosk-scenes.ts'

const nine = parseIsoInstant('2026-11-20T09:02:11+09:00') ?? 0

/** Walks through inputs, one ms apart unless told otherwise. */
class Walk {
  screen: Screen
  now = 1_000
  effects: Effect[] = []
  constructor() {
    this.screen = firstScreen(nine, this.now)
    this.event(hello)
  }
  take(input: Input): this {
    const step = stepScreen(this.screen, input, this.now)
    this.screen = step.screen
    this.effects.push(...step.effects)
    return this
  }
  event(event: KioskEvent): this {
    return this.take({ t: 'event', event })
  }
  press(press: Press): this {
    return this.take({ t: 'press', press })
  }
  wait(ms: number): this {
    for (let left = ms; left > 0; left -= 250) {
      this.now += Math.min(250, left)
      this.take({ t: 'tick' })
    }
    return this
  }
  get html(): string {
    return toHtml(screenView(this.screen, this.now))
  }
  get tones() {
    return this.effects.flatMap((effect) => ('tone' in effect ? [effect.tone] : []))
  }
  get acts() {
    return this.effects.flatMap((effect) => ('act' in effect ? [effect.act] : []))
  }
}

const keptStep = scenes.in?.[0]
const answeredStep = scenes.question?.[1]
if (keptStep === undefined || !('tell' in keptStep) || keptStep.tell.t !== 'kept')
  throw new Error('no tap in the scenes')
if (answeredStep === undefined || !('tell' in answeredStep) || answeredStep.tell.t !== 'answered')
  throw new Error('no answer')
const tap: KeptTap = keptStep.tell.tap
const answer: ShownAnswer = answeredStep.tell.answer
const plain: ShownAnswer = { ...answer, question: undefined }
const kept = (change: Partial<KeptTap> = {}): KioskEvent => ({ t: 'kept', tap: { ...tap, ...change } })
const answered = (change: Partial<ShownAnswer> = {}): KioskEvent => ({
  t: 'answered',
  id: tap.id,
  answer: { ...plain, ...change },
})

describe('the screen after a touch', () => {
  it('says that the card was read, then the direction, each in its own tone', () => {
    const walk = new Walk().event({ t: 'reading' })
    expect(walk.screen.view.kind).toBe('reading')
    walk.event(kept())
    expect(walk.tones).toEqual(['in'])
    expect(walk.html).toContain('tone-in')
    expect(walk.html).toContain('はな')
    walk.event(answered())
    expect(walk.tones).toEqual(['in'])
    expect(walk.html).toContain('12時間30分')
  })
  it.each([
    ['in', 'in', 'tone-in'],
    ['out', 'out', 'tone-out'],
    ['ignored', 'attention', 'tone-in'],
    ['unknown_card', 'attention', 'tone-attention'],
    ['revoked_card', 'refused', 'tone-refused'],
    [null, 'attention', 'tone-busy'],
  ] as const)('shows %s with the tone %s and the colour %s', (expected, tone, colour) => {
    const walk = new Walk().event(kept({ expected, standing: 'in' }))
    expect(walk.tones).toEqual([tone])
    expect(walk.html).toContain(colour)
  })
  it('speaks again only when the appliance says something else than the kiosk had guessed', () => {
    const walk = new Walk().event(kept()).event(answered({ result: 'ignored', standing: 'in' }))
    expect(walk.tones).toEqual(['in', 'attention'])
  })
  it('is replaced at once by the next person’s card', () => {
    const other = 'd_0123456789abcdefghjk.1.8' as KeptTap['id']
    const walk = new Walk()
      .event(kept())
      .event(answered())
      .event(kept({ id: other, callName: 'ミン', code: 'W002' }))
    expect(walk.html).not.toContain('はな')
    walk.event(answered())
    expect(walk.html).not.toContain('12時間')
  })
  it('says after four seconds without an answer that the tap is kept and sent later', () => {
    const walk = new Walk().event(kept()).wait(3_900)
    expect(walk.html).not.toContain('あとで送ります')
    expect(walk.wait(200).html).toContain('あとで送ります')
  })
  it('says so at once when the appliance was out of reach, with the number that wait', () => {
    const walk = new Walk().event({ t: 'link', link: { online: false, waiting: 3 } }).event(kept({ online: false }))
    expect(walk.html).toContain('あとで送ります。（3件）')
  })
})

describe('switch and undo', () => {
  it('offers the switch for ten seconds and the undo for thirty', () => {
    const walk = new Walk().event(kept()).press({ press: 'switch' })
    expect(walk.acts).toEqual([{ do: 'switch', id: tap.id, claim: 'out' }])
    walk.wait(10_001)
    expect(walk.html).not.toContain('&quot;switch&quot;')
    expect(walk.html).toContain('&quot;undo&quot;')
    walk.press({ press: 'switch' }).press({ press: 'undo' })
    expect(walk.acts.slice(1)).toEqual([{ do: 'undo', id: tap.id }])
    walk.wait(20_000)
    expect(walk.html).not.toContain('&quot;undo&quot;')
  })
  it('shows the new direction after a switch and offers the way back', () => {
    const walk = new Walk().event(kept()).event({ t: 'switched', id: tap.id, claim: 'out' })
    expect(walk.html).toContain('tone-out')
    expect(walk.press({ press: 'switch' }).acts.at(-1)).toEqual({ do: 'switch', id: tap.id, claim: 'in' })
  })
  it('offers after an ignored tap the other direction than the standing one', () => {
    const walk = new Walk().event(kept({ claim: 'out', expected: 'ignored', standing: 'in' }))
    expect(walk.press({ press: 'switch' }).acts).toEqual([{ do: 'switch', id: tap.id, claim: 'out' }])
  })
  it('says that it is undone, and an answer that was on its way changes nothing', () => {
    const walk = new Walk().event(kept()).event({ t: 'voided', id: tap.id }).event(answered())
    expect(spokenText(walk.screen)).toBe('取り消しました')
    expect(walk.html).not.toContain('はな')
  })
  it('says why a press came too late', () => {
    const walk = new Walk().event(kept()).take({ t: 'refused', about: 'undo', code: 'too_late' })
    expect(walk.html).toContain('時間がすぎました')
  })
})

describe('privacy on a shared screen', () => {
  it('takes name, hours and work away after fifteen quiet seconds, and everything with the undo window', () => {
    const walk = new Walk().event(kept()).event(answered()).wait(14_900)
    expect(walk.html).toContain('はな')
    walk.wait(300)
    for (const word of ['はな', 'W001', '12時間30分', '画像アノテーション']) expect(walk.html).not.toContain(word)
    expect(walk.html).toContain('入室')
    expect(JSON.stringify(walk.screen)).not.toContain('はな')
    expect(walk.wait(15_000).screen.view.kind).toBe('idle')
  })
  it('waits while somebody uses the screen', () => {
    const walk = new Walk().event(kept()).event(answered()).wait(14_000).take({ t: 'stirred' }).wait(14_000)
    expect(walk.html).toContain('はな')
  })
  it('remembers nothing for the next person: language, low layout, typed code', () => {
    const walk = new Walk()
      .press({ press: 'language', language: 'en' })
      .press({ press: 'low' })
      .press({ press: 'cardless' })
    walk.press({ press: 'key', key: 'W' }).press({ press: 'stop' })
    expect(walk.screen).toMatchObject({ language: 'ja', languageChosen: false, low: false, view: { kind: 'idle' } })
  })
  it('shows the language of the person’s sheet, but a language she pressed outranks it', () => {
    expect(new Walk().event(kept({ language: 'easy' })).screen.language).toBe('easy')
    expect(
      new Walk().press({ press: 'language', language: 'en' }).event(kept({ language: 'easy' })).screen.language,
    ).toBe('en')
    const asRead = new Walk().event({ t: 'reading' }).event(kept()).press({ press: 'language', language: 'en' })
    expect(asRead.event({ t: 'reading' }).event(kept()).screen.language).toBe('ja')
    const next = new Walk()
      .press({ press: 'language', language: 'en' })
      .event(kept())
      .event(kept({ language: 'easy' }))
    expect(next.screen.language).toBe('easy')
  })
  it('forgets a language chosen on the first screen by somebody who went away', () => {
    const walk = new Walk().press({ press: 'language', language: 'en' }).wait(29_900)
    expect(walk.screen.language).toBe('en')
    expect(walk.wait(300).screen.language).toBe('ja')
  })
  it('clears a result when the page reconnects to its process', () => {
    expect(new Walk().event(kept()).take({ t: 'disconnected' }).event(hello).screen.view.kind).toBe('idle')
  })
  it('tells a screen reader no name', () => {
    expect(spokenText(new Walk().event(kept()).event(answered()).screen)).toBe('入室 9:02')
  })
})

describe('the question about yesterday', () => {
  const asked = () => new Walk().event(kept()).event({ t: 'answered', id: tap.id, answer })
  it('is asked at the IN, with the suggestion as one press', () => {
    const walk = asked()
    expect(walk.html).toContain('きのうは何時に退室しましたか')
    const end = answer.question?.suggestion ?? 0
    expect(walk.press({ press: 'tell', end }).acts).toEqual([{ do: 'tell-end', id: tap.id, end }])
    expect(walk.event({ t: 'told', id: tap.id }).html).toContain('申請しました')
  })
  it('may be skipped', () => {
    expect(asked().press({ press: 'skip' }).html).not.toContain('何時に退室')
  })
  it('lets another time be chosen in steps, inside the bounds of a session', () => {
    const walk = asked().press({ press: 'question' })
    const end = () => (walk.screen.view.kind === 'tap' ? (walk.screen.view.end ?? 0) : 0)
    const start = answer.question?.start ?? 0
    expect(end()).toBe(answer.question?.suggestion)
    for (let n = 0; n < 40; n += 1) walk.press({ press: 'step', minutes: -60 })
    expect(end()).toBeGreaterThan(start)
    expect(end() - start).toBeLessThanOrEqual(5 * MINUTE_MS)
    for (let n = 0; n < 40; n += 1) walk.press({ press: 'step', minutes: 60 })
    expect(end() - start).toBeLessThanOrEqual(16 * HOUR_MS)
  })
  it('warns twenty seconds before it gives up, and goes on with one press', () => {
    const walk = asked().wait(39_900)
    expect(warning(walk.screen, walk.now)).toBeUndefined()
    walk.wait(300)
    expect(warning(walk.screen, walk.now)).toBe(20)
    walk.press({ press: 'stay' })
    expect(timeLeft(walk.screen, walk.now)).toBe(60_000)
    expect(walk.wait(60_001).screen.view.kind).toBe('idle')
  })
})

describe('the way without a card', () => {
  const typed = (walk: Walk, keys: string) => [...keys].reduce((one, key) => one.press({ press: 'key', key }), walk)
  it('asks for code and PIN, sends them once and forgets the PIN at once', () => {
    const walk = typed(typed(new Walk().press({ press: 'cardless' }), 'w001').press({ press: 'next' }), '1x2-34').press(
      { press: 'next' },
    )
    expect(walk.acts).toEqual([{ do: 'without-card', code: 'W001', pin: '1234' }])
    expect(JSON.stringify(walk.screen.view)).not.toContain('1234')
    walk.press({ press: 'next' })
    expect(walk.acts).toHaveLength(1)
  })
  it('goes back to the code when code or PIN is wrong, and says so', () => {
    const walk = typed(typed(new Walk().press({ press: 'cardless' }), 'W9').press({ press: 'next' }), '1').press({
      press: 'next',
    })
    walk.take({ t: 'refused', about: 'without-card', code: 'sign_in_failed' })
    expect(walk.screen.view).toMatchObject({ step: 'code', code: 'W9', pin: '', notice: 'sign_in_failed' })
    expect(walk.html).toContain('role="alert"')
  })
  it('does nothing with an empty code or PIN', () => {
    expect(new Walk().press({ press: 'cardless' }).press({ press: 'next' }).screen.view).toMatchObject({ step: 'code' })
  })
  it('says when only the code was kept', () => {
    expect(new Walk().event(kept({ identified: 'unverified' })).html).toContain('番号だけで記録しました')
  })
})

describe('every screen', () => {
  it.each(Object.keys(scenes))('%s offers the same three languages and the way without a card', (name) => {
    const walk = new Walk()
    for (const step of scenes[name] ?? []) {
      if ('tell' in step) walk.event(step.tell)
      else if ('type' in step) typeInto(walk, step.type)
      else if ('press' in step) walk.press({ press: step.press } as Press)
    }
    for (const key of ['language-ja', 'language-easy', 'language-en', 'low', 'sound', 'cardless']) {
      expect(walk.html).toContain(`data-key="${key}"`)
    }
    expect(walk.html).not.toContain('undefined')
    expect(withoutReadings(walk.html)).not.toMatch(/\{\w*\}/)
  })
  it('a process that is gone is said, and taken back when it is there again', () => {
    const walk = new Walk().take({ t: 'disconnected' })
    expect(walk.html).toContain('カードを読み取れません')
    expect(walk.event(hello).html).toContain('タッチしてください')
  })
  it('says when the page lost its focus or an IME is on, if the page is a reader', () => {
    const page = { t: 'page', focused: false, visible: true, ime: false } as const
    expect(new Walk().take(page).html).not.toContain('画面を1回タッチ')
    expect(new Walk().event({ ...hello, wedge: true }).take(page).html).toContain('画面を1回タッチ')
    expect(new Walk().event({ ...hello, wedge: true }).take({ ...page, focused: true, ime: true }).html).toContain(
      'IME',
    )
  })
})

function typeInto(walk: Walk, text: string): void {
  for (const key of text) walk.press({ press: 'key', key })
}
