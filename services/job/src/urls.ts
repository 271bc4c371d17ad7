import type { UrlsBody, UrlsReply } from '@trainyard/contracts/internal'
import { artifactKey, checkpointKey } from '@trainyard/object-store/keys'
import { sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import { type Attempt, isCurrent, refusal } from './attempt.ts'
import type { Deps } from './deps.ts'

type Want = Static<typeof UrlsBody>['want'][number]
type Url = Static<typeof UrlsReply>['urls'][number]

/** Presigned URLs for the current attempt, in the order asked. Keys are made here; a worker chooses only names. */
export async function presignUrls(deps: Deps, held: Attempt, want: Want[]) {
  const { rows } = await deps.db.execute<{ dataset_id: string }>(
    sql`select dataset_id from job.jobs where ${isCurrent(held)}`
  )
  const [row] = rows
  if (!row) throw await refusal(deps.db, held)
  return { urls: await Promise.all(want.map((wish) => presign(deps, held, row.dataset_id, wish))) }
}

async function presign(
  { datasets, store }: Deps,
  held: Attempt,
  datasetId: string,
  wish: Want
): Promise<Url> {
  if (wish.kind === 'dataset')
    return { kind: 'dataset', method: 'GET', url: await datasets.url(datasetId), key: null, headers: {} }
  const { jobId, attempt } = held
  const key =
    wish.kind === 'artifact'
      ? artifactKey(jobId, attempt, wish.name)
      : checkpointKey(jobId, attempt, stepOf(wish.name))
  const { url, headers } = await store.presignPut(key, wish.md5)
  return { kind: wish.kind, method: 'PUT', url, key, headers }
}

/** Checkpoints are called `<step>.ckpt`; in a key the number is only for people. */
const stepOf = (name: string) => Number(/^\d{1,15}/.exec(name)?.[0] ?? 0)
