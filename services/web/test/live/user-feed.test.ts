// @vitest-environment node
import { type InfiniteData, QueryClient } from '@tanstack/react-query'
import type { JobUpdate } from '@trainyard/contracts/live'
import type { Job } from '@trainyard/contracts/training'
import { expect, test } from 'vitest'
import { createUserFeed } from '../../src/live/user-feed.ts'
import { aJob, ID } from './a-job.ts'

type Pages = InfiniteData<{ items: Job[]; next_cursor: string | null }>

/** A list of one running job, a second list with a filter, and how often they were asked for again. */
function given() {
  const queries = new QueryClient()
  const pages: Pages = {
    pages: [{ items: [aJob({ state: 'running' })], next_cursor: null }],
    pageParams: [undefined]
  }
  for (const filters of [{}, { state: ['running'] }]) queries.setQueryData<Pages>(['jobs', filters], pages)
  const timers: { at: number; work: () => void }[] = []
  const asked = { jobs: 0, datasets: 0 }
  let time = 5_000
  queries.invalidateQueries = async ({ queryKey } = {}) => {
    if (queryKey?.[0] === 'jobs') asked.jobs++
    if (queryKey?.[0] === 'datasets') asked.datasets++
  }
  const clock = {
    now: () => time,
    setTimer: (work: () => void, ms: number) => timers.push({ at: time + ms, work })
  }
  const pass = (ms: number) => {
    time += ms
    for (const { work } of timers
      .splice(0)
      .filter(({ at, work }) => at <= time || !timers.push({ at, work })))
      work()
  }
  const feed = createUserFeed({ queries, clock, isFollowed: () => false })
  const states = () => queries.getQueryData<Pages>(['jobs', {}])?.pages[0]?.items.map(({ state }) => state)
  return { feed, asked, pass, states }
}

const stopping = (seq: number, job_id = ID): JobUpdate => ({
  type: 'job_update',
  event: 'state',
  job_id,
  seq,
  ts: '2026-01-01T00:00:00.000Z',
  attempt: 1,
  data: { state: 'stopping', phase: null, reason: null, message: null }
})

test('a burst of states reads the lists at once and once more a second later, and shows each at once', () => {
  const { feed, asked, pass, states } = given()
  feed.takeJob(stopping(100))
  feed.fold()
  expect(states()).toEqual(['stopping'])
  expect(asked.jobs).toBe(1)
  for (let i = 1; i <= 30; i++) {
    feed.takeJob(stopping(100 + i, i % 2 ? ID : `other-${i}`))
    feed.fold()
    pass(20)
  }
  expect(asked.jobs).toBe(1)
  pass(1_000)
  expect(asked.jobs).toBe(2)
  pass(10_000)
  expect(asked.jobs, 'nothing new, nothing asked').toBe(2)
  feed.takeJob(stopping(200))
  feed.fold()
  expect(asked.jobs).toBe(3)
})

test('datasets that are read one after the other are one list a second', () => {
  const { feed, asked, pass } = given()
  for (let i = 0; i < 20; i++) {
    feed.takeDataset({
      type: 'dataset_update',
      dataset_id: `d-${i}`,
      ts: '2026-01-01T00:00:00Z',
      status: 'ready'
    })
    feed.fold()
  }
  expect(asked.datasets).toBe(1)
  pass(1_000)
  expect(asked.datasets).toBe(2)
})
