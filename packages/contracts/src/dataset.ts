import { type Static, Type } from 'typebox'
import { Closed, Id, Name, Nullable, Page, PageQuery, Sha256, Tags, Timestamp } from './common.ts'

export const DatasetStatus = Type.Enum(['uploading', 'profiling', 'ready', 'invalid'])
export type DatasetStatus = Static<typeof DatasetStatus>
export const DatasetFormat = Type.Enum(['csv', 'tsv', 'json', 'jsonl', 'text'])
export type DatasetFormat = Static<typeof DatasetFormat>
export const ColumnType = Type.Enum([
  'number',
  'integer',
  'boolean',
  'category',
  'text',
  'datetime',
  'id',
  'empty'
])
export type ColumnType = Static<typeof ColumnType>

/** One column's statistics, as the trainer's profile gives them; more keys may come with later types. */
export const ColumnProfile = Type.Object(
  {
    name: Type.String(),
    type: ColumnType,
    missing: Type.Integer({ minimum: 0 }),
    distinct: Type.Integer({ minimum: 0 })
  },
  { additionalProperties: true }
)
export type ColumnProfile = Static<typeof ColumnProfile>

export const Finding = Type.Object(
  {
    code: Type.String(),
    severity: Type.String(),
    message: Type.String(),
    column: Type.Optional(Type.String())
  },
  { additionalProperties: true }
)

/** Why a dataset is `invalid`. `column` is its name, or its number (from 1) where it has none. */
export const DatasetError = Type.Object({
  line: Nullable(Type.Integer()),
  column: Type.Union([Type.String(), Type.Integer(), Type.Null()]),
  reason: Type.String(),
  message: Type.String()
})
export type DatasetError = Static<typeof DatasetError>

/** `profile.json` of the trainer. */
export const Profile = Type.Object(
  {
    rows: Type.Integer({ minimum: 0 }),
    columns: Type.Array(ColumnProfile, { maxItems: 10_000 }),
    associations: Type.Array(Type.Object({}, { additionalProperties: true })),
    findings: Type.Array(Finding),
    target_suggestion: Nullable(Type.String())
  },
  { additionalProperties: true }
)
export type Profile = Static<typeof Profile>

export const Preview = Type.Object({
  columns: Type.Array(Type.String()),
  rows: Type.Array(Type.Array(Type.Unknown()), { maxItems: 100 })
})
export type Preview = Static<typeof Preview>

const summary = {
  id: Id,
  name: Type.String(),
  description: Nullable(Type.String()),
  status: DatasetStatus,
  format: DatasetFormat,
  bytes: Nullable(Type.Integer()),
  sha256: Nullable(Sha256),
  rows: Nullable(Type.Integer()),
  error: Nullable(DatasetError),
  tags: Type.Array(Type.String()),
  created_at: Timestamp
}

/** A dataset as a list shows it. */
export const DatasetSummary = Type.Object(summary)
export type DatasetSummary = Static<typeof DatasetSummary>
/** A dataset in full: with columns, findings, associations. Both are empty until it is `ready`. */
export const Dataset = Type.Object({
  ...summary,
  columns: Type.Array(ColumnProfile),
  findings: Type.Array(Finding),
  associations: Type.Array(Type.Object({}, { additionalProperties: true })),
  target_suggestion: Nullable(Type.String())
})
export type Dataset = Static<typeof Dataset>
export const DatasetPage = Page(DatasetSummary)
export const DatasetQuery = Closed({
  ...PageQuery,
  q: Type.Optional(Type.String({ maxLength: 200 })),
  status: Type.Optional(DatasetStatus),
  tag: Type.Optional(Type.String({ maxLength: 64 }))
})
export type DatasetQuery = Static<typeof DatasetQuery>

export const DatasetPatch = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Nullable(Type.String({ maxLength: 4_000 }))),
    tags: Type.Optional(Tags)
  },
  { additionalProperties: false, minProperties: 1 }
)
export type DatasetPatch = Static<typeof DatasetPatch>
