// @vitest-environment node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type SampleStep, trainOnSample } from '../../../src/features/overview/train-on-sample.ts'

const sample = readFileSync(
  join(import.meta.dirname, '../../../src/features/overview/sample-churn.csv'),
  'utf8'
)

function given(ready: () => Promise<unknown>) {
  const steps: SampleStep[] = []
  const create = vi.fn(async (_body: object) => ({ id: 'job' }))
  const client = { datasets: { waitUntilReady: vi.fn(ready) }, training: { create } }
  const options = {
    client,
    load: async () => new File([sample], 'sample-churn.csv'),
    upload: async () => ({ id: 'data' }),
    onStep: (step: SampleStep) => steps.push(step),
    signal: new AbortController().signal
  }
  return { steps, create, run: () => trainOnSample(options) }
}

test('the sample is uploaded, read and trained on, in this order', async () => {
  const { steps, create, run } = given(async () => ({ id: 'data' }))
  expect(await run()).toEqual({ id: 'job' })
  expect(steps).toEqual(['uploading', 'reading', 'starting'])
  expect(create.mock.calls[0]?.[0]).toMatchObject({ dataset_id: 'data', target: 'churned' })
})

test('when its profile fails nothing is started, and the error is the caller’s', async () => {
  const { create, run } = given(async () => Promise.reject(new Error('line 3')))
  await expect(run()).rejects.toThrow('line 3')
  expect(create).not.toHaveBeenCalled()
})

test('the file is what the page says: 300 rows with a target of two classes', () => {
  const [header = '', ...rows] = sample.trimEnd().split('\n')
  const columns = header.split(',')
  expect(rows).toHaveLength(300)
  expect(rows.every((row) => row.split(',').length === columns.length)).toBe(true)
  const at = columns.indexOf('churned')
  expect(new Set(rows.map((row) => row.split(',')[at]))).toEqual(new Set(['yes', 'no']))
})
