/** A new front desk sets up seats and books for people, and a worker books on her phone. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '../support/appliance-fixture.ts'
import { DESK, fill, main, PHONE, printPicture } from './look-at-page.ts'
import { deskPages, expectNoBarrier, phonePages, TUESDAY } from './pages-of-seats.ts'
import { press, SeatedHouse } from './seated-house.ts'

let house: SeatedHouse
let desk: Page
let mobile: Page
let child = ''
let place = ''
let pair = ''

beforeAll(async () => {
  house = await SeatedHouse.open()
  desk = await house.signInAtDesk('uketsuke', '受付 うみ', ['front_desk'])
  mobile = await house.signInOnPhone('W001')
})
afterAll(() => house?.[Symbol.asyncDispose]())

const must = (path: string, input: unknown) => house.must(path, input)
const worker = (code: string) => house.worker(code)
const seat = (name: string) => house.seat(name)
const open = (path: string) => desk.goto(`${house.url}${path}`)
describe('setting up', () => {
  it('begins at an empty page that says what to do', async () => {
    await open('/')
    await press(desk, '.side-menu a:has-text("席と部屋")')
    expect(await main(desk)).toContain('席も部屋もまだありません')
    await press(desk, '.page-tabs a:has-text("見取り図と一覧")')
    await press(desk, '.card a:has-text("席・部屋を増やす")')
    expect(await desk.textContent('h1')).toBe('席・部屋を増やす')
  })

  it('counts on from seat to seat, one press each', async () => {
    await fill(desk, { name: '窓ぎわ 1', floor: '2階' })
    await desk.check('[name=monitor]')
    await press(desk, 'button:has-text("登録して、次を続ける")')
    for (let number = 2; number <= 4; number += 1) {
      expect(await desk.inputValue('[name=name]')).toBe(`窓ぎわ ${number}`)
      expect(await desk.isChecked('[name=monitor]')).toBe(true)
      await press(desk, 'button:has-text("登録して、次を続ける")')
    }
    await press(desk, '.kind-choose a:has-text("部屋")')
    await fill(desk, { name: '会議室 小', capacity: '4' })
    await press(desk, 'button:has-text("登録して終わる")')
    expect(await desk.locator('svg.map [data-choose]').count()).toBe(5)
    await house.learnSeats()
  })

  it('says what is wrong with a name that is taken, and keeps what was typed', async () => {
    await open('/seats/new?floor=2階')
    await fill(desk, { name: '窓ぎわ 1', bufferMin: '10' })
    await press(desk, 'button:has-text("登録して終わる")')
    expect(await desk.evaluate(() => document.activeElement?.id)).toBe('summary')
    expect(await desk.textContent('#summary')).toContain('同じ名前の席や部屋がもうあります')
    expect(await desk.inputValue('[name=bufferMin]')).toBe('10')
  })

  it('puts a seat into a room, so that one blocks the other', async () => {
    await fill(desk, { name: '小 1', bufferMin: '0' })
    await desk.selectOption('[name=parent]', seat('会議室 小'))
    await press(desk, 'button:has-text("登録して終わる")')
    await house.learnSeats()
    await press(desk, `[data-choose="${seat('小 1')}"]`)
    expect(await desk.textContent('#chosen')).toContain('会議室 小 の中')
  })

  it('sets the hours of each weekday', async () => {
    await open('/seats/hours')
    for (let day = 0; day < 5; day += 1) {
      await desk.fill(`[name="weekdays[${day}].start"]`, '09:00')
      await desk.fill(`[name="weekdays[${day}].end"]`, '18:00')
    }
    for (const day of [5, 6]) {
      await desk.fill(`[name="weekdays[${day}].start"]`, '')
      await desk.fill(`[name="weekdays[${day}].end"]`, '')
    }
    await press(desk, 'button:has-text("開館時間を保存する")')
    expect(await desk.textContent('#done')).toContain('開館時間を保存しました')
    expect(await desk.inputValue('[name="weekdays[4].end"]')).toBe('18:00')
    expect(await main(desk)).toContain('勤労感謝の日')
  })
})

describe('the plan and the list', () => {
  const actionsAt = async (path: string) => {
    await open(path)
    const actions = await desk
      .locator('#chosen [data-action]')
      .evaluateAll((all) => all.map((one) => `${one.getAttribute('data-action')} ${one.textContent?.trim()}`).sort())
    const reached = await desk
      .locator('[data-choose]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-choose')))
    return { actions, reached: reached.toSorted() }
  }

  it('reach the same seats and offer the same actions for each (P21)', async () => {
    for (const [name, resource] of house.seats) {
      const onMap = await actionsAt(`/seats/map?seat=${resource}`)
      const inList = await actionsAt(`/seats/map?view=list&seat=${resource}`)
      expect({ name, ...inList }).toEqual({ name, ...onMap })
      expect(onMap.reached).toEqual([...house.seats.values()].toSorted())
      expect(onMap.actions.length).toBeGreaterThanOrEqual(8)
    }
  })

  const placeOf = async (name: string) =>
    ((await house.administrator.ask('/resources')).body.resources as Json[]).find((row) => row.name === name).map

  it('are rearranged with the mouse, snapping, and with the arrow keys, and saved in one press', async () => {
    const before = { one: await placeOf('窓ぎわ 1'), two: await placeOf('窓ぎわ 2') }
    await open('/seats/map?edit=1')
    const box = await desk.locator(`[data-spot="${seat('窓ぎわ 1')}"] rect`).boundingBox()
    if (box === null) throw new Error('not drawn')
    await desk.mouse.move(box.x + 20, box.y + 20)
    await desk.mouse.down()
    await desk.mouse.move(box.x + 63, box.y + 151, { steps: 4 })
    await desk.mouse.up()
    await desk.focus(`[data-spot="${seat('窓ぎわ 2')}"]`)
    for (let step = 0; step < 3; step += 1) await desk.keyboard.press('ArrowRight')
    await desk.keyboard.press('Shift+ArrowDown')
    expect(await desk.textContent('[data-place-count]')).toBe('動かした席 2')
    await press(desk, '[data-place-save]')
    const after = { one: await placeOf('窓ぎわ 1'), two: await placeOf('窓ぎわ 2') }
    expect(after.one.x % 10).toBe(0)
    expect(after.one.y).toBeGreaterThan(before.one.y + 100)
    expect(after.two).toEqual({ ...before.two, x: before.two.x + 30, h: before.two.h + 10 })
  })

  it('do without scripts: the arrows beside the plan move a seat too', async () => {
    const plain = await house.browser.newContext({
      javaScriptEnabled: false,
      storageState: await desk.context().storageState(),
    })
    const page = await plain.newPage()
    const before = await placeOf('窓ぎわ 3')
    await page.goto(`${house.url}/seats/map?view=list&seat=${seat('窓ぎわ 3')}`)
    await page.click('#chosen .arrows button:has-text("下へ")')
    await page.waitForSelector('#done')
    expect((await placeOf('窓ぎわ 3')).y).toBe(before.y + 20)
    await plain.close()
  })

  it('take a seat out of use and put it back, in words and shape', async () => {
    await open(`/seats/map?view=list&seat=${seat('窓ぎわ 4')}`)
    await press(desk, 'button:has-text("使うのを止める")')
    expect(await desk.textContent('#chosen')).toContain('使えません')
    await press(desk, 'button:has-text("また使えるようにする")')
    expect(await desk.textContent('#chosen')).toContain('空き')
  })
})

describe('booking at the desk', () => {
  it('takes four presses from an empty cell to a booking, finding the person by her reading', async () => {
    await open(`/seats?day=${TUESDAY}`)
    await press(desk, 'a[aria-label^="窓ぎわ 1 "]')
    await desk.fill('[name=q]', 'なか はな')
    await Promise.all([desk.waitForNavigation(), desk.press('[name=q]', 'Enter')])
    await press(desk, 'main .lines a:has-text("この人にする")')
    expect(await main(desk)).toContain('中 はな')
    expect(await desk.locator('.lines form').first().textContent()).toContain('窓ぎわ 1')
    await press(desk, '.lines form button.button-primary')
    expect(await desk.textContent('#done')).toContain('予約しました')
    await open(`/seats?day=${TUESDAY}`)
    expect(await desk.textContent('.cell-confirmed')).toContain('中 はな')
  })

  it('moves it, refuses what is taken without losing it, and brings a cancelled one back with one press', async () => {
    const taken = { worker: worker('W002'), resource: seat('窓ぎわ 2'), day: TUESDAY }
    await must('/bookings', { ...taken, start: '9:00', end: '18:00' })
    await press(desk, '.cell-confirmed a:has-text("中 はな")')
    await desk.selectOption('#move [name=resource]', seat('窓ぎわ 2'))
    await press(desk, '#move button')
    expect(await desk.textContent('#summary')).toContain('ほかの予約と時間が重なっています')
    await desk.selectOption('#move [name=resource]', seat('窓ぎわ 3'))
    await desk.selectOption('#move [name=end]', '12:30')
    await press(desk, '#move button')
    expect(await main(desk)).toContain('9:00–12:30　窓ぎわ 3')
    await press(desk, 'main .lines button:has-text("取り消す")')
    expect(await main(desk)).toContain('これからの予約はありません')
    await press(desk, '.gone-box button')
    expect(await main(desk)).toContain('9:00–12:30　窓ぎわ 3')
  })

  it('shows each day of a series before anything is booked, and asks what to do with days that cannot be had', async () => {
    const wish = { worker: worker('W003'), resource: seat('窓ぎわ 3'), from: TUESDAY, until: '2026-12-15' }
    await open(`/seats/series?${new URLSearchParams({ ...wish, days: 'TU', start: '9:00', end: '12:00' }).toString()}`)
    await press(desk, 'button:has-text("一日ずつ確かめる")')
    expect(await main(desk)).toContain('取れる日 3　取れない日 1')
    expect(await desk.locator('.preview li').first().textContent()).toContain('席が予約ずみ')
    await desk.check('[name=onConflict][value=abort]')
    await press(desk, 'button:has-text("くり返しの予約を入れる")')
    expect(await desk.textContent('#summary')).toContain('ほかの予約')
    await desk.check('[name=onConflict][value=skip]')
    await press(desk, 'button:has-text("くり返しの予約を入れる")')
    expect(await desk.textContent('.report')).toMatch(/3日を予約しました.*11月24日/s)
  })

  it('cancels a whole range in one action and says how much that was', async () => {
    await open(`/seats/people/${worker('W003')}`)
    await fill(desk, { from: '2026-12-01', to: '2026-12-08' })
    await press(desk, 'button:has-text("まとめて取り消す")')
    expect(await desk.textContent('.report')).toContain('席・部屋 2件')
    expect(await desk.locator('main .lines li').count()).toBe(1)
  })

  it('lists bookings that a closure collides with, and drops none', async () => {
    await open(`/seats/map?seat=${seat('窓ぎわ 3')}`)
    await press(desk, '#chosen a:has-text("使えない時間を入れる")')
    expect(await desk.inputValue('[name=target]')).toBe(seat('窓ぎわ 3'))
    await fill(desk, { fromDay: TUESDAY, note: '机の修理' })
    await press(desk, 'button:has-text("この休みを入れる")')
    expect(await desk.textContent('#conflicts')).toContain('中 はな')
    await open('/seats')
    expect(await main(desk)).toContain('相談が必要な予約（1件）')
    await open('/seats/hours')
    await press(desk, '.lines button:has-text("取り消す")')
    expect(await desk.locator('#conflicts').count()).toBe(0)
  })
})

describe("the worker's phone", () => {
  it('offers her usual booking for one press', async () => {
    await mobile.goto(`${house.url}/my/bookings`)
    expect(await mobile.textContent('.usual')).toMatch(/12月1日（火）.*9:00–12:30.*窓ぎわ 3/s)
    await press(mobile, '.usual button')
    expect(await mobile.locator('.my-lines li').count()).toBe(2)
  })

  it('cancels and brings back, and cancels a range because a child is ill', async () => {
    await press(mobile, '.my-lines li:last-child button')
    await press(mobile, '.gone-box button')
    expect(await mobile.locator('.my-lines li').count()).toBe(2)
    await mobile.click('summary:has-text("まとめて取り消す")')
    await fill(mobile, { from: '2026-12-01', to: '2026-12-04' })
    await press(mobile, 'button:has-text("すべて取り消す")')
    expect(await main(mobile)).toContain('席 1件、託児 0件を取り消しました')
  })

  it('puts her on the waiting list when all is taken, and holds what comes free until a time on the clock', async () => {
    const bookings: string[] = []
    const day = '2026-11-26'
    for (const [n, name] of ['窓ぎわ 1', '窓ぎわ 2', '窓ぎわ 3', '窓ぎわ 4', '小 1'].entries()) {
      const csv = `worker_code,name,kana,home_center\nX00${n},人 ${n},ひと ${n},SHI\n`
      await house.centre.appliance.workersImport(Buffer.from(csv))
      const { body } = await house.administrator.ask(`/workers?q=X00${n}`)
      const who = { worker: body.workers[0].worker, resource: seat(name), day, start: '9:00', end: '17:00' }
      bookings.push((await must('/bookings', who)).booking)
    }
    await mobile.goto(`${house.url}/my/bookings/new?day=${day}&start=9:00&end=12:00`)
    expect(await main(mobile)).toContain('この時間は空きがありません')
    await press(mobile, 'button:has-text("キャンセル待ちに入る")')
    expect(await main(mobile)).toContain('次の順番です')
    await must('/bookings/cancel', { booking: bookings[1] })
    await house.centre.appliance.keepBookings()
    await mobile.reload()
    expect(await mobile.textContent('.offer')).toMatch(
      /席が空きました.*窓ぎわ 2.*\d:\d\d まで、あなたのために取ってあります/s,
    )
    await open('/seats/waiting')
    expect(await main(desk)).toContain('空きを知らせた人（1）')
    await press(mobile, '.offer button:has-text("この席にする")')
    expect(await mobile.textContent('.my-lines')).toContain('窓ぎわ 2')
  })

  it('books a seat and her child’s place in one request', async () => {
    const nursery = (
      await must('/resources', { kind: 'nursery', name: '託児室', floor: '2階', x: 700, y: 700, w: 200, h: 200 })
    ).resource
    await must('/childcare/policy/template', { template: 'unlicensed', from: '2026-11-20' })
    await must('/childcare/room', { room: nursery, areaDm2: 3_300 })
    for (const qualified of [true, true])
      await must('/childcare/shifts', { room: nursery, day: '2026-11-27', start: 540, end: 1_020, qualified })
    const sheet = { name: '中 ひなた', kana: 'なか ひなた', callName: 'ひなた', birthDate: '2024-06-01' }
    child = (await must('/children', { worker: worker('W001'), ...sheet, phone: '090-0000-0000', relation: '母' }))
      .child
    await must('/children/decide', { child, state: 'approved' })
    await mobile.goto(`${house.url}/my/bookings/new?day=2026-11-27&start=9:00&end=12:00`)
    await mobile.check(`[name=child][value="${child}"]`)
    await press(mobile, 'button:has-text("空きを見る")')
    await press(mobile, 'button:has-text("席と託児を予約する")')
    expect(await mobile.textContent('.my-lines')).toContain('ひなた の託児も')
  })

  it('is booked for at the desk with her child too, known there by age alone, and waits as one when it does not fit', async () => {
    const wish = (start: string, end: string) =>
      `/seats/book?worker=${worker('W001')}&day=2026-11-27&start=${start}&end=${end}`
    await open(wish('13:00', '15:00'))
    expect(await main(desk)).not.toContain('ひなた')
    expect(await desk.textContent(`#child option[value="${child}"]`)).toBe('お子さん（1・2歳）')
    await desk.selectOption('#child', child)
    await press(desk, 'button:has-text("空きを調べる")')
    await press(desk, '.lines form button.button-primary:has-text("席と託児を予約する")')
    expect(await desk.textContent('#done')).toContain('席とお子さんの場所を予約しました')
    expect(await main(desk)).toMatch(/13:00–15:00.*託児も/s)
    await open(`${wish('16:00', '18:00')}&child=${child}`)
    expect(await main(desk)).toContain('託児が取れる時間：12:00–13:00、15:00–17:00')
    await press(desk, 'button:has-text("席と託児のキャンセル待ちに入れる")')
    expect(await main(desk)).toMatch(/16:00–18:00.*＋託児/s)
  })

  const pairs = async () =>
    (await house.administrator.ask(`/bookings?worker=${worker('W001')}&from=2026-11-27&to=2026-11-30&state=confirmed`))
      .body.bookings as Json[]

  it('moves the morning with her child to another seat and time, or says why not and keeps it', async () => {
    await mobile.goto(`${house.url}/my/bookings`)
    await press(mobile, '.my-lines li:has-text("9:00–12:00"):has-text("11月27日") a:has-text("変える")')
    await mobile.selectOption('[name=start]', '14:00')
    await mobile.selectOption('[name=end]', '16:00')
    await press(mobile, 'main button[type=submit]')
    expect(await mobile.textContent('#summary')).toContain('もう予約があります')
    await mobile.selectOption('[name=start]', '10:00')
    await mobile.selectOption('[name=end]', '12:30')
    await mobile.selectOption('[name=resource]', seat('窓ぎわ 4'))
    await press(mobile, 'main button[type=submit]')
    expect(await mobile.textContent('.my-lines')).toMatch(/10:00–12:30.*窓ぎわ 4/s)
    expect((await pairs()).map(({ start, placeStands }) => [start, placeStands])).toEqual([
      [600, true],
      [780, true],
    ])
  })

  it('is asked whether the child’s place goes too when the seat is given back, and brings both back', async () => {
    const row = '.my-lines li:has-text("10:00–12:30"):has-text("窓ぎわ 4")'
    await mobile.click(`${row} summary:has-text("取り消す")`)
    expect(await mobile.textContent(row)).toContain('席だけ取り消す')
    await press(mobile, `${row} button:has-text("両方取り消す")`)
    expect((await pairs()).map(({ start }) => start)).toEqual([780])
    await press(mobile, '.gone-box button')
    expect(await mobile.textContent(row)).toContain('ひなた の託児も')
    const [first] = await pairs()
    await open(`/seats/people/${worker('W001')}`)
    await press(desk, `a[href*="${first?.booking}"]:has-text("取り消す…")`)
    await press(desk, 'button:has-text("席だけ取り消す")')
    expect(await main(desk)).toContain('取り消した予約')
    const { bookings } = (await house.administrator.ask('/childcare/bookings?from=2026-11-27&to=2026-11-27')).body
    expect(bookings.filter(({ state }: Json) => state === 'confirmed')).toHaveLength(2)
    place = bookings.find(({ state, start }: Json) => state === 'confirmed' && start === 600).care
    pair = (await pairs())[0]?.booking
  })

  it('gives her a calendar address of her own, shown once, that a calendar program can read', async () => {
    await mobile.click('#calendar summary')
    await press(mobile, '#calendar button:has-text("アドレスを作る")')
    const address = await mobile.inputValue('#calendar-address')
    const answer = await fetch(address)
    expect(answer.headers.get('content-type')).toContain('text/calendar')
    expect(await answer.text()).toContain('DTSTART')
    await mobile.reload()
    expect(await mobile.locator('#calendar-address').count()).toBe(0)
  })
})

describe('what a town asks for', () => {
  it('counts every wish that was turned down, by month, on paper and as a file', async () => {
    await open('/seats/demand')
    const text = await main(desk)
    expect(text).toContain('2026年11月')
    await printPicture(desk, 'demand')
    const href = (await desk.getAttribute('a:has-text("CSVで保存")', 'href')) ?? ''
    const file = await desk.request.get(`${house.url}${href}`)
    const lines = (await file.text()).trim().split('\n')
    expect(lines[0]?.replace('\uFEFF', '')).toBe('asked_at,what,day,from,to,minutes,why,source')
    expect(text).toContain(`${lines.length - 1}`)
    expect(lines.length).toBeGreaterThan(1)
  })
})

describe('every page', () => {
  const ofDesk = () => deskPages(house, { child, pair })
  it('of the desk has no barrier axe-core knows, on a desk', () =>
    expectNoBarrier(house, ofDesk(), desk.context(), DESK, 'ja'))
  it('of the desk has no barrier axe-core knows, on a phone', () =>
    expectNoBarrier(house, ofDesk().slice(0, -1), desk.context(), PHONE, 'ja'))
  it('of the desk has no barrier axe-core knows, in English', () =>
    expectNoBarrier(house, ofDesk().slice(0, -1), desk.context(), DESK, 'en'))
  it.each(['ja', 'easy', 'en'] as const)('of the phone has no barrier axe-core knows: %s', async (language) => {
    const pages = phonePages({ child, pair, place })
    await expectNoBarrier(house, pages, mobile.context(), PHONE, language)
    await expectNoBarrier(house, pages, mobile.context(), { width: 320, height: 640 }, language)
  })

  it('of a day prints as a table without its buttons', async () => {
    await open(`/seats?day=${TUESDAY}`)
    await printPicture(desk, 'seats-day')
    await desk.emulateMedia({ media: 'print' })
    expect(await desk.locator('.page-tabs').isVisible()).toBe(false)
    expect(await desk.locator('.cell-plus').first().isVisible()).toBe(false)
    expect(await desk.locator('.cell-confirmed').first().isVisible()).toBe(true)
    await desk.emulateMedia({ media: 'screen' })
  })

  it('gave the browser nothing to complain about on the way', () => expect(house.complaints).toEqual([]))
})
