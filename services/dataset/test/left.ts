import { sweep } from '../src/sweep.ts'
import { json, log, type Started } from './start.ts'

export type Shown = {
  id: string
  name: string
  status: string
  format: string
  bytes: number
  sha256: string
}

export const listed = async ({ as, ada }: Started) =>
  (await json<{ items: Shown[] }>(await as(ada)('GET', '/api/datasets'))).items

/** After a sweep with no grace. */
export async function nothingIsLeft(
  t: { same: (a: unknown, b: unknown, message: string) => void },
  on: Started
) {
  await sweep({ db: on.db, store: on.store, log, graceSeconds: -60 })
  t.same(await listed(on), [], 'nothing is listed')
  t.same(await on.keys(), [], 'nothing is stored')
  t.same(await on.store.unfinished(), [], 'no part is stored')
}
