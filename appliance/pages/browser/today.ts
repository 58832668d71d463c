/** Keeps きょう fresh: a push over socket.io, or a look every half minute when pushes do not come. */
import { io } from 'socket.io-client'
import { refreshLive } from './parts/refresh-live.ts'

const LOOK_MS = 30_000
const SETTLE_MS = 250

let waiting = false

/** Many taps in one moment become one refresh. */
function soon(): void {
  if (waiting) return
  waiting = true
  setTimeout(async () => {
    waiting = false
    await refreshLive()
  }, SETTLE_MS)
}

const socket = io({ path: '/live', transports: ['websocket'], reconnectionDelayMax: 30_000 })
socket.onAny(soon)
socket.on('connect', soon)
setInterval(() => {
  if (!document.hidden) soon()
}, LOOK_MS)
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) soon()
})
