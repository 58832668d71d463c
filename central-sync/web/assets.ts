/** Serves files for browsers under `/assets/`: names carry their content's hash, so they may be cached for ever. */
import { Router } from 'express'
import type { AssetStore } from './asset-store.ts'

export function assetRoutes(store: AssetStore): Router {
  const router = Router()
  router.get('/assets/:name', (request, response, next) => {
    const file = store.read(request.params.name)
    if (file === undefined) return next()
    response.set('cache-control', 'public, max-age=31536000, immutable').type(file.type).send(file.bytes)
  })
  return router
}
