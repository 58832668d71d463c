/** The version of this product, from its package.json: the one in the checkout, or the one inside the executable. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const packageJson = z.object({ version: z.string() })

export function productVersion(): string {
  const file = fileURLToPath(new URL('../package.json', import.meta.url))
  return packageJson.parse(JSON.parse(readFileSync(file, 'utf8'))).version
}
