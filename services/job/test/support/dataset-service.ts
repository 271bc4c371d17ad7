import type { Profile } from '@trainyard/contracts/dataset'
import type { ErrorCode } from '@trainyard/contracts/errors'
import { DatasetUrlReply, Hold, HoldBody, HoldParams } from '@trainyard/contracts/internal'
import { fail } from '@trainyard/service-kit/errors'
import { newId } from '@trainyard/service-kit/ids'
import { createLog } from '@trainyard/service-kit/log'
import { createServer, listen } from '@trainyard/service-kit/server'
import { serviceAuth } from '@trainyard/service-kit/service-auth'
import { Type } from 'typebox'
import type { Test } from './world.ts'

type Stored = { id: string; workspace: string; profile: Profile; refuse?: ErrorCode }

export const penguins: Profile = {
  rows: 344,
  columns: [
    column('Species', 'category', 0, 3, { top: top('Adelie', 'Gentoo', 'Chinstrap') }),
    column('Island', 'category', 0, 3, { top: top('Biscoe', 'Dream', 'Torgersen') }),
    column('Beak Length (mm)', 'number', 2, 164),
    column('Body Mass (g)', 'integer', 2, 94),
    column('Tag', 'id', 0, 344),
    column('Remark', 'text', 100, 240),
    column('Seen', 'datetime', 0, 50),
    column('Always', 'category', 0, 1, { top: top('yes') }),
    column('Nothing', 'empty', 344, 0),
    column('Weight', 'number', 4, 340),
    column('Ring', 'integer', 0, 200),
    column('Depth', 'number', 0, 90, { min: -3.5, max: 12 }),
    column('Sighted', 'boolean', 0, 2, {
      top: [
        { value: 'no', count: 342 },
        { value: 'yes', count: 2 }
      ]
    })
  ],
  associations: [],
  findings: [],
  target_suggestion: 'Species'
}

function column(
  name: string,
  type: Profile['columns'][number]['type'],
  missing: number,
  distinct: number,
  more = {}
) {
  return { name, type, missing, distinct, ...more }
}
function top(...values: string[]) {
  return values.map((value) => ({ value, count: 100 }))
}

/** The internal contract of the dataset service over a real socket, with the datasets that a test puts there. */
export async function datasetService(t: Test, jwks: string) {
  const datasets = new Map<string, Stored>()
  const holds = new Set<string>()
  const app = createServer({ log: createLog('datasets', 'fatal') })
  serviceAuth(app, { audience: 'dataset', jwks })
  let meanwhile: (() => Promise<unknown>) | undefined
  const job = { callers: ['job' as const] }
  const find = (id: string, workspace?: string) => {
    const found = datasets.get(id)
    if (!found || (workspace !== undefined && found.workspace !== workspace)) throw fail('DATASET_NOT_FOUND')
    return found
  }
  app.put(
    '/internal/datasets/:id/holds/:job_id',
    { config: job, schema: { params: HoldParams, body: HoldBody, response: { 200: Hold } } },
    async (req) => {
      const { id, profile, refuse } = find(req.params.id, req.body.workspace_id)
      if (refuse) throw fail(refuse)
      holds.add(`${id} ${req.params.job_id}`)
      await meanwhile?.()
      const file = { sha256: 'a'.repeat(64), bytes: 1_000, format: 'csv' as const, gzip: false }
      return { dataset_id: id, name: 'penguins.csv', profile, ...file }
    }
  )
  app.delete(
    '/internal/datasets/:id/holds/:job_id',
    { config: job, schema: { params: HoldParams, response: { 204: Type.Null() } } },
    async (req, reply) => {
      holds.delete(`${req.params.id} ${req.params.job_id}`)
      return reply.code(204).send(null)
    }
  )
  app.post(
    '/internal/datasets/:id/url',
    { config: job, schema: { response: { 200: DatasetUrlReply } } },
    async (req) => ({ url: `http://store.invalid/${(req.params as { id: string }).id}` })
  )
  const port = await listen(app, { host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  return {
    url: `http://127.0.0.1:${port}`,
    add: (workspace: string, { profile = penguins, refuse }: Partial<Stored> = {}) => {
      const id = newId()
      datasets.set(id, { id, workspace, profile, refuse })
      return id
    },
    remove: (id: string) => datasets.delete(id),
    isHeld: (id: string, jobId: string) => holds.has(`${id} ${jobId}`),
    /** What happens between a hold that was taken and its answer. */
    whileHolding: (work: typeof meanwhile) => {
      meanwhile = work
    },
    holdsOf: (id: string) => [...holds].filter((hold) => hold.startsWith(id)).length,
    close: () => app.close()
  }
}
