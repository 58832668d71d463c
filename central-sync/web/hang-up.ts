/** Ends a connection that is refused: says why, and does not wait for a peer that holds on to its end of it. */
import type { Duplex } from 'node:stream'

/** How long the peer has to read the answer. Cutting at once would lose the answer when something is still unread. */
const LINGER_MS = 500

/** `status` is code and reason, for example `403 Forbidden`. */
export function hangUp(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.on('end', () => socket.destroy())
  const cut = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(cut))
  socket.resume()
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
