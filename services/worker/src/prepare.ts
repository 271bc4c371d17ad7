import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '@trainyard/service-kit/errors'
import type { Attempt, AttemptDeps } from './attempt-context.ts'
import type { CachedFile } from './dataset-cache.ts'
import { isPassing } from './platform-api.ts'
import { fetchCheckpoint } from './resume.ts'

export type Prepared = { spec: string; data: CachedFile; resume: string | null }

/** Everything the trainer reads, fetched at once: the dataset, the checkpoint, its spec. Ends early with a wish. */
export async function prepare(attempt: Attempt, folder: string, deps: AttemptDeps): Promise<Prepared> {
  const spec = join(folder, 'spec.json')
  const fetching = new AbortController()
  const signal = AbortSignal.any([attempt.control.ending, fetching.signal])
  const all = [
    fetchDataset(attempt, deps, signal),
    fetchCheckpoint(attempt, folder, deps.transfers, signal),
    writeFile(spec, JSON.stringify(attempt.claim.spec), { mode: 0o600 })
  ] as const
  try {
    const [data, resume] = await Promise.all(all)
    return { spec, data, resume }
  } catch (err) {
    fetching.abort()
    const [data] = await Promise.allSettled(all)
    if (data.status === 'fulfilled') data.value.release()
    throw err
  }
}

function fetchDataset(
  { claim, api, reporter, say, log }: Attempt,
  { cache }: AttemptDeps,
  signal: AbortSignal
) {
  let troubles = 0
  return cache.acquire(claim.dataset, {
    url: async () => {
      const [target] = (await api.urls([{ kind: 'dataset' }])).urls
      if (!target) throw fail('UNAVAILABLE', { message: 'no URL came for the dataset' })
      return target.url
    },
    passing: isPassing,
    onDownload: () => reporter.add({ type: 'phase', phase: 'downloading' }, { urgent: true }),
    onTrouble: (err) => {
      if (troubles++ > 0) return
      log.warn({ err }, 'the dataset could not be fetched; it is tried again')
      say('The dataset could not be fetched; it is tried again.')
    },
    signal
  })
}
