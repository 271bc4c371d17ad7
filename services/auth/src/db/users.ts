import type { User } from '@trainyard/contracts/auth'
import { newId } from '@trainyard/service-kit/ids'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, eq, gt, sql } from 'drizzle-orm'
import { users, workspaces } from './schema.ts'

/** A user with what only this service may know of it. */
export type Account = { user: User; ver: number; passwordHash: string }

/** The form in which an e-mail is unique: trimmed, NFC, lower case. */
export const normaliseEmail = (email: string) => email.trim().normalize('NFC').toLowerCase()

const columns = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  ver: users.ver,
  passwordHash: users.passwordHash,
  createdAt: users.createdAt,
  workspaceId: workspaces.id
}
type Row = {
  [K in keyof typeof columns]: (typeof columns)[K]['_']['notNull'] extends true
    ? (typeof columns)[K]['_']['data']
    : (typeof columns)[K]['_']['data'] | null
}

const toAccount = ({ ver, passwordHash, workspaceId, createdAt, ...rest }: Row): Account => ({
  user: { ...rest, workspace_id: workspaceId, created_at: createdAt.toISOString() },
  ver,
  passwordHash
})

const accounts = (db: Db) =>
  db
    .select(columns)
    .from(users)
    .innerJoin(workspaces, and(eq(workspaces.ownerId, users.id), eq(workspaces.kind, 'personal')))

export async function accountByEmail(db: Db, email: string): Promise<Account | undefined> {
  const [row] = await accounts(db).where(eq(users.email, email))
  return row && toAccount(row)
}

export async function accountById(db: Db, id: string): Promise<Account | undefined> {
  const [row] = await accounts(db).where(eq(users.id, id))
  return row && toAccount(row)
}

type NewUser = { email: string; name?: string; passwordHash: string; role: User['role'] }

/** The user and its personal workspace; undefined when the e-mail is taken. Within a transaction. */
export async function insertUser(tx: Db, user: NewUser): Promise<Account | undefined> {
  const id = newId()
  const made = await tx
    .insert(users)
    .values({ id, ...user })
    .onConflictDoNothing({ target: users.email })
    .returning({ id: users.id })
  if (made.length === 0) return undefined
  await tx.insert(workspaces).values({ id: newId(), ownerId: id, kind: 'personal' })
  return accountById(tx, id)
}

/** Only while the stored hash is still the one that was checked: of two changes at once one wins. */
export async function replacePasswordHash(db: Db, id: string, from: string, to: string): Promise<boolean> {
  const changed = await db
    .update(users)
    .set({ passwordHash: to })
    .where(and(eq(users.id, id), eq(users.passwordHash, from)))
    .returning({ id: users.id })
  return changed.length === 1
}

/** Whether the hash is still this one; it cannot change before the transaction ends. */
export async function holdPasswordHash(tx: Db, id: string, hash: string): Promise<boolean> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, id), eq(users.passwordHash, hash)))
    .for('share')
  return rows.length === 1
}

/** Makes a member an administrator; tokens that still say `member` become void. */
export async function promote(db: Db, id: string) {
  await db
    .update(users)
    .set({ role: 'admin', ver: sql`${users.ver} + 1`, verChangedAt: sql`now()` })
    .where(eq(users.id, id))
}

export async function adminExists(db: Db): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.role, 'admin')).limit(1)
  return rows.length === 1
}

/** Users whose older tokens were voided in the last 20 minutes, longer than any access token lives. */
export const recentlyVoided = (db: Db) =>
  db
    .select({ id: users.id, ver: users.ver })
    .from(users)
    .where(gt(users.verChangedAt, sql`now() - interval '20 minutes'`))
