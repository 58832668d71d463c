/** The baseline of `start.cold`: an express program that answers one path and says that it is ready. */
import type { AddressInfo } from 'node:net'
import express from 'express'

const app = express()
app.get('/healthz', (_request, response) => void response.json({ ok: true }))
const server = app.listen(0, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
