// @vitest-environment node
import type { JobUpdate } from '@trainyard/contracts/live'
import type { Job, JobState } from '@trainyard/contracts/training'
import { expect, test } from 'vitest'
import { endWords } from '../../src/app/notices.ts'
import { createEndNotice, type EndNotice } from '../../src/live/end-notice.ts'
import { aJob, ID } from './a-job.ts'

const turned = (state: JobState, seq: number): JobUpdate => ({
  type: 'job_update',
  event: 'state',
  job_id: ID,
  seq,
  ts: '2026-01-01T00:00:00.000Z',
  attempt: 1,
  data: { state, phase: null, reason: null, message: null }
})

function given(job: Job | undefined) {
  const shown: EndNotice[] = []
  const page = { wanted: true, reads: 0 }
  const take = createEndNotice({
    isWanted: () => page.wanted,
    read: async () => {
      page.reads++
      return job
    },
    wordsOf: endWords,
    show: (notice) => shown.push(notice)
  })
  return { take, shown, page }
}

const best = { metric: 'validation/roc_auc', direction: 'max', value: 0.87131, epoch: 9, step: 90 }
const done = aJob({ state: 'succeeded', metrics: { latest: null, best, test: null, baseline: null } })

test('an end is told once, with its name and its best score, whatever is heard twice', async () => {
  const { take, shown } = given(done)
  for (const update of [turned('running', 2), turned('succeeded', 3), turned('succeeded', 3)])
    await take(update)
  expect(shown).toEqual([{ title: 'Succeeded: churn, wider net', body: 'Best ROC-AUC 0.8713', jobId: ID }])
  await take(turned('succeeded', 9))
  expect(shown, 'a second attempt has an end of its own').toHaveLength(2)
})

test('nobody is told who looks, did not want it, or came back; a job that goes on has not ended', async () => {
  const looked = given(done)
  looked.page.wanted = false
  await looked.take(turned('succeeded', 3))
  expect([looked.shown, looked.page.reads]).toEqual([[], 0])

  const back = given(done)
  const telling = back.take(turned('succeeded', 3))
  back.page.wanted = false
  await telling
  expect(back.shown).toEqual([])

  const resumed = given(aJob({ state: 'queued' }))
  await resumed.take(turned('stopped', 3))
  expect(resumed.shown).toEqual([])
})

test('a failure says why, and one that cannot be read is told all the same', async () => {
  const failed = given(aJob({ state: 'failed', message: 'The worker ran out of memory.' }))
  await failed.take(turned('failed', 3))
  expect(failed.shown[0]).toMatchObject({
    title: 'Failed: churn, wider net',
    body: 'The worker ran out of memory.'
  })
  const unread = given(undefined)
  await unread.take(turned('failed', 3))
  expect(unread.shown[0]?.title).toBe('Failed: a training')
})
