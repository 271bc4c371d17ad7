import { bigint, boolean, customType, integer, pgSchema, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Tables of schema `auth`; the migrations are their definition, a test compares the two. */
const auth = pgSchema('auth')

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const sha256 = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

export const users = auth.table('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  name: text('name'),
  passwordHash: text('password_hash').notNull(),
  role: text('role', { enum: ['member', 'admin'] })
    .notNull()
    .default('member'),
  ver: integer('ver').notNull().default(1),
  verChangedAt: time('ver_changed_at'),
  createdAt: time('created_at').notNull().defaultNow()
})

export const workspaces = auth.table('workspaces', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  kind: text('kind', { enum: ['personal'] }).notNull(),
  createdAt: time('created_at').notNull().defaultNow()
})

export const sessions = auth.table('sessions', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
  expiresAt: time('expires_at').notNull(),
  revokedAt: time('revoked_at'),
  revokedFor: text('revoked_for', { enum: ['logout', 'password', 'reuse', 'too_many'] })
})
export type RevokedFor = NonNullable<(typeof sessions.$inferSelect)['revokedFor']>

export const refreshTokens = auth.table('refresh_tokens', {
  sha256: sha256('sha256').primaryKey(),
  sessionId: uuid('session_id').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
  spentAt: time('spent_at')
})

export const throttles = auth.table('throttles', {
  key: text('key').primaryKey(),
  failures: integer('failures').notNull(),
  blockedUntil: time('blocked_until').notNull(),
  updatedAt: time('updated_at').notNull()
})

export const wsTickets = auth.table('ws_tickets', {
  sha256: sha256('sha256').primaryKey(),
  sessionId: uuid('session_id').notNull(),
  userId: uuid('user_id').notNull(),
  ver: integer('ver').notNull(),
  role: text('role', { enum: ['member', 'admin'] }).notNull(),
  workspaceId: uuid('workspace_id').notNull(),
  tokenExp: bigint('token_exp', { mode: 'number' }).notNull(),
  expiresAt: time('expires_at').notNull()
})

export const setupTokens = auth.table('setup_tokens', {
  onlyOne: boolean('only_one').primaryKey().default(true),
  sha256: sha256('sha256').notNull(),
  expiresAt: time('expires_at').notNull()
})
