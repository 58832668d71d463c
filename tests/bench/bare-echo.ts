/** The baseline of `tap.latency`: a `ws` server that sends back what it hears. */
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
server.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))))
server.on('listening', () => console.log(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`))
