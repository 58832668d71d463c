import type { Voice } from '../outcome.ts'
export async function runDemo(_o: object, _v: Voice): Promise<void> {}
