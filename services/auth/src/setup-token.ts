import { rename, rm, writeFile } from 'node:fs/promises'
import type { Logger } from '@trainyard/service-kit/log'
import { type Database, type Db, inTransaction } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import { storeSetupToken } from './db/setup-tokens.ts'
import { adminExists } from './db/users.ts'
import { newSecret, sha256 } from './tokens.ts'

/** Until the transaction ends, nobody else looks for the first administrator or makes one. */
export const lockSetup = (tx: Db) =>
  tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('auth set-up', 0))`)

/**
 * At each start: while there is no administrator, leaves a new one-time token in `file` (0600), where
 * whoever started the platform can read it; the one before is void. With an administrator the file goes.
 */
export async function offerSetup(db: Database, file: string | undefined, log: Logger) {
  if (file === undefined) return
  const secret = newSecret()
  const offered = await inTransaction(db, async (tx) => {
    await lockSetup(tx)
    if (await adminExists(tx)) return false
    await storeSetupToken(tx, sha256(secret))
    return true
  })
  if (!offered) return withdrawSetup(file)
  // Written beside and renamed, so that nobody reads half a token.
  await writeFile(`${file}.new`, `${secret}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  log.info({ event: 'setup_offered' }, 'there is no administrator: a set-up token was made')
}

export async function withdrawSetup(file: string | undefined) {
  if (file !== undefined) await rm(file, { force: true })
}
