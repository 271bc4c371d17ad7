import { Closed, Id, IdParams } from '@trainyard/contracts/common'
import { CreateJob, Job, JobPage, JobPatch, JobQuery } from '@trainyard/contracts/training'
import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { createJob } from '../create.ts'
import { jobs } from '../db/schema.ts'
import type { Deps } from '../deps.ts'
import { parseKey } from '../idempotency.ts'
import { ofWorkspace, readJob } from '../job-view.ts'
import { listJobs } from '../list.ts'
import { removeJob } from '../remove-job.ts'
import { doc, refusals, user } from './docs.ts'

export function jobRoutes(app: App, deps: Deps) {
  const { db } = deps

  app.post(
    '/api/training',
    {
      config: user,
      schema: {
        ...doc('createJob', 'Train a model on a dataset'),
        headers: Type.Object({
          'idempotency-key': Type.Optional(
            Type.String({
              description:
                'Repeating a create with the same key, for 24 hours, gives the reply of the first one.'
            })
          )
        }),
        body: CreateJob,
        response: { 201: Job, ...refusals }
      }
    },
    async (req, reply) => {
      const key = parseKey(req.headers['idempotency-key'])
      const { job, replayed } = await createJob(deps, userOf(req), req.body, key)
      if (replayed) reply.header('idempotency-replayed', 'true')
      return reply.code(201).send(job)
    }
  )

  app.get(
    '/api/training/jobs',
    {
      config: user,
      schema: {
        ...doc('listJobs', 'Jobs, newest first'),
        querystring: JobQuery,
        response: { 200: JobPage, ...refusals }
      }
    },
    async (req) => listJobs(db, userOf(req).workspace_id, req.query)
  )

  app.get(
    '/api/training/status',
    {
      config: user,
      schema: {
        ...doc('getJobStatus', 'One job, by query'),
        querystring: Closed({ job_id: Type.String() }),
        response: { 200: Job, ...refusals }
      }
    },
    async (req) => {
      // As in a path, a malformed id is as absent as an unknown one.
      if (!isId(req.query.job_id)) throw fail('JOB_NOT_FOUND')
      return readJob(db, userOf(req).workspace_id, req.query.job_id)
    }
  )

  app.get(
    '/api/training/:id',
    {
      config: user,
      schema: { ...doc('getJob', 'One job'), params: IdParams, response: { 200: Job, ...refusals } }
    },
    async (req) => readJob(db, userOf(req).workspace_id, req.params.id)
  )

  app.patch(
    '/api/training/:id',
    {
      config: user,
      schema: {
        ...doc('updateJob', 'Rename a job, tag it, note something'),
        params: IdParams,
        body: JobPatch,
        response: { 200: Job, ...refusals }
      }
    },
    async (req) => {
      const { workspace_id } = userOf(req)
      const { name, tags, notes } = req.body
      await db.update(jobs).set({ name, tags, notes }).where(ofWorkspace(workspace_id, req.params.id))
      return readJob(db, workspace_id, req.params.id)
    }
  )

  app.delete(
    '/api/training/:id',
    {
      config: user,
      schema: {
        ...doc('deleteJob', 'Delete a finished job with its files'),
        params: IdParams,
        response: { 204: Type.Null(), ...refusals }
      }
    },
    async (req, reply) => {
      await removeJob(deps, userOf(req).workspace_id, req.params.id)
      return reply.code(204).send(null)
    }
  )
}

const isId = (text: string) => Value.Check(Id, text)
