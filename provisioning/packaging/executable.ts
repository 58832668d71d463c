/** Where a bundled program begins: it carries its pages with it, then it is `kado`. */
import { useEmbeddedAssets } from '../../central-sync/web/asset-store.ts'
import { travellingAssets } from './assets.ts'

async function main(): Promise<void> {
  useEmbeddedAssets(travellingAssets())
  await import('../kado.ts')
}

void main()
