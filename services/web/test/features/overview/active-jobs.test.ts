// @vitest-environment node
import type { Job, JobState } from '@trainyard/contracts/training'
import { expect, test } from 'vitest'
import { activeJobs } from '../../../src/features/overview/active-jobs.ts'
import { aJob } from '../../live/a-job.ts'

const job = (id: string, state: JobState, last_seq = 1): Job => aJob({ id, state, last_seq })
const shown = (...jobs: Job[]) => activeJobs(jobs).map(({ id, state }) => `${id} ${state}`)

test('what runs comes before what waits, and what has finished is left out', () => {
  expect(shown(job('a', 'queued'), job('b', 'running'), job('c', 'failed'), job('d', 'stopping'))).toEqual([
    'b running',
    'd stopping',
    'a queued'
  ])
})

test('of two readings the newer one counts, in either order', () => {
  expect(shown(job('a', 'running', 5), job('a', 'queued', 2))).toEqual(['a running'])
  expect(shown(job('a', 'running', 5), job('a', 'succeeded', 9))).toEqual([])
  expect(shown(job('a', 'succeeded', 9), job('a', 'running', 5))).toEqual([])
})
