import type { Voice } from '../voice.ts'
export async function runDemo(_o: object, _v: Voice): Promise<void> {}
