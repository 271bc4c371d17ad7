import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import type { Job } from '@trainyard/contracts/training'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { sentenceFor } from '../../api/errors.ts'
import { useToast } from '../../ui/toast.tsx'
import { type BulkAction, canDo, type Outcome, outcomeOf, runBulk, sentenceOf } from './bulk.ts'

export type Running = { action: BulkAction; finished: number; of: number }

async function perform(action: BulkAction, job: Job, tag: string): Promise<Outcome> {
  if (!canDo(action, job.state)) return 'skipped'
  try {
    if (action === 'stop') await client.training.stop(job.id)
    else if (action === 'resume') await client.training.resume(job.id)
    else if (action === 'delete') await client.training.delete(job.id)
    else if (job.tags.includes(tag)) return 'skipped'
    else await client.training.patch(job.id, { tags: [...job.tags, tag] })
    return 'done'
  } catch (error) {
    const outcome = error instanceof ApiError ? outcomeOf(action, error.code) : undefined
    if (outcome === undefined) throw error
    return outcome
  }
}

/** Runs one action over many jobs and says in one sentence what came of it. */
export function useBulk() {
  const queries = useQueryClient()
  const toast = useToast()
  const [running, setRunning] = useState<Running>()

  async function run(action: BulkAction, jobs: readonly Job[], tag = '') {
    const byId = new Map(jobs.map((job) => [job.id, job]))
    setRunning({ action, finished: 0, of: jobs.length })
    const report = await runBulk(
      [...byId.keys()],
      async (id) => {
        const job = byId.get(id)
        return job ? perform(action, job, tag) : 'skipped'
      },
      (finished) => setRunning({ action, finished, of: jobs.length })
    )
    setRunning(undefined)
    const [first] = report.failed
    const why = first ? ` ${sentenceFor(first.error).title}.` : ''
    toast({ message: `${sentenceOf(action, report)}${why}`, tone: first ? 'bad' : 'good' })
    await queries.invalidateQueries({ queryKey: ['jobs'] })
    for (const id of byId.keys()) void queries.invalidateQueries({ queryKey: ['job', id] })
  }
  return { running, run }
}
