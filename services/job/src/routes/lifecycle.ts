import { IdParams } from '@trainyard/contracts/common'
import { CreateJob, Job, ResumeBody } from '@trainyard/contracts/training'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { Type } from 'typebox'
import type { Deps } from '../deps.ts'
import { readJob, readRow } from '../job-view.ts'
import { requeueJob } from '../requeue.ts'
import { stopJob } from '../stop.ts'
import { doc, refusals, user } from './docs.ts'

const response = { 200: Job, 202: Job, ...refusals }

export function lifecycleRoutes(app: App, deps: Deps) {
  app.post(
    '/api/training/:id/stop',
    {
      config: user,
      schema: {
        ...doc('stopJob', 'Stop a job; once a step was done its model stays usable'),
        params: IdParams,
        body: Type.Optional(Type.Object({}, { additionalProperties: false })),
        response
      }
    },
    async (req, reply) => {
      const { workspace_id } = userOf(req)
      const { pending } = await stopJob(deps, workspace_id, req.params.id)
      return reply.code(pending ? 202 : 200).send(await readJob(deps.db, workspace_id, req.params.id))
    }
  )

  app.post(
    '/api/training/:id/resume',
    {
      config: user,
      schema: {
        ...doc('resumeJob', 'Go on from the last checkpoint; may change the time limit'),
        params: IdParams,
        body: Type.Optional(ResumeBody),
        response
      }
    },
    async (req, reply) => {
      const { workspace_id } = userOf(req)
      const { changed } = await requeueJob(deps, workspace_id, req.params.id, {
        from: 'checkpoint',
        timeLimitSeconds: req.body?.time_limit_seconds
      })
      return reply.code(changed ? 202 : 200).send(await readJob(deps.db, workspace_id, req.params.id))
    }
  )

  app.post(
    '/api/training/:id/retry',
    {
      config: user,
      schema: {
        ...doc('retryJob', 'Train again from the start'),
        params: IdParams,
        body: Type.Optional(Type.Object({}, { additionalProperties: false })),
        response
      }
    },
    async (req, reply) => {
      const { workspace_id } = userOf(req)
      const { changed } = await requeueJob(deps, workspace_id, req.params.id, { from: 'start' })
      return reply.code(changed ? 202 : 200).send(await readJob(deps.db, workspace_id, req.params.id))
    }
  )

  app.post(
    '/api/training/:id/clone',
    {
      config: user,
      schema: {
        ...doc('cloneJob', 'A body of create, filled in from this job; nothing is made'),
        params: IdParams,
        body: Type.Optional(Type.Object({}, { additionalProperties: false })),
        response: { 200: CreateJob, ...refusals }
      }
    },
    async (req) => {
      const { spec, name, tags, id } = await readRow(deps.db, userOf(req).workspace_id, req.params.id)
      return { ...spec, name, tags, cloned_from: id }
    }
  )
}
