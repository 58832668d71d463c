/** Keeps the foyer screen fresh, and honest: when the line is cut it says how old its picture is. */
import { io } from 'socket.io-client'
import { refreshLive } from './parts/refresh-live.ts'

const LOOK_MS = 20_000
const SETTLE_MS = 300
const TICK_MS = 5_000
/** Older than this it is no longer "now". */
const STALE_MS = 60_000
const MINUTE_MS = 60_000

const wall = document.querySelector<HTMLElement>('[data-wall]')
const age = document.querySelector<HTMLElement>('[data-age]')
/** By this machine's own clock, which may be wrong: only the difference counts. */
let freshAt = Date.now()
let waiting = false

function soon(): void {
  if (waiting) return
  waiting = true
  setTimeout(async () => {
    waiting = false
    if (await refreshLive()) freshAt = Date.now()
    tell()
  }, SETTLE_MS)
}

/** Time of the picture as the server wrote it. */
function pictureTime(): string {
  return document.querySelector('[data-clock]')?.textContent?.trim() ?? ''
}

function tell(): void {
  if (age === null) return
  const old = Date.now() - freshAt
  const { fresh = '', cut = '' } = age.dataset
  const isStale = old > STALE_MS
  const text = (isStale ? cut : fresh)
    .replace('{time}', pictureTime())
    .replace('{age}', String(Math.floor(old / MINUTE_MS)))
  if (age.textContent !== text) age.textContent = text
  age.classList.toggle('is-stale', isStale)
  wall?.classList.toggle('is-stale', isStale)
}

const socket = io({
  path: '/live',
  transports: ['websocket'],
  reconnectionDelayMax: 30_000,
  auth: { wall: wall?.dataset.wall ?? '' },
})
socket.onAny(soon)
socket.on('connect', soon)
setInterval(soon, LOOK_MS)
setInterval(tell, TICK_MS)
