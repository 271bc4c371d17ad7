import type {
  DatasetError,
  DatasetFormat,
  DatasetStatus,
  Preview,
  Profile
} from '@trainyard/contracts/dataset'
import {
  bigint,
  boolean,
  integer,
  json,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uuid
} from 'drizzle-orm/pg-core'

/** Tables of schema `dataset`; the migrations are their definition, a test compares the two. */
const dataset = pgSchema('dataset')

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const datasets = dataset.table('datasets', {
  id: uuid('id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  userId: uuid('user_id').notNull(),
  name: text('name').notNull(),
  description: text('description'),
  tags: text('tags').array().notNull().default([]),
  status: text('status').$type<DatasetStatus>().notNull(),
  format: text('format').$type<DatasetFormat>().notNull(),
  gzip: boolean('gzip').notNull(),
  objectKey: text('object_key').notNull(),
  bytes: bigint('bytes', { mode: 'number' }).notNull(),
  sha256: text('sha256').notNull(),
  rows: bigint('rows', { mode: 'number' }),
  profile: json('profile').$type<Profile>(),
  preview: json('preview').$type<Preview>(),
  error: json('error').$type<DatasetError>(),
  createdAt: time('created_at').notNull().defaultNow()
})

export const holds = dataset.table(
  'holds',
  {
    datasetId: uuid('dataset_id').notNull(),
    jobId: uuid('job_id').notNull(),
    createdAt: time('created_at').notNull().defaultNow()
  },
  (table) => [primaryKey({ columns: [table.datasetId, table.jobId] })]
)

export const profileRuns = dataset.table('profile_runs', {
  datasetId: uuid('dataset_id').primaryKey(),
  state: text('state', { enum: ['queued', 'running', 'done'] })
    .notNull()
    .default('queued'),
  attempt: integer('attempt').notNull().default(0),
  gen: integer('gen').notNull().default(1),
  queuedAt: time('queued_at').notNull().defaultNow(),
  rungAt: time('rung_at').notNull().defaultNow(),
  leaseUntil: time('lease_until'),
  claimId: uuid('claim_id'),
  workerId: text('worker_id'),
  tokenHash: text('token_hash')
})
