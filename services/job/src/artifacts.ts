import type { Artifact } from '@trainyard/contracts/training'
import { fail } from '@trainyard/service-kit/errors'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, asc, eq, sql } from 'drizzle-orm'
import { type ArtifactRow, artifacts, jobs } from './db/schema.ts'
import { ofWorkspace } from './job-view.ts'

const TYPES: Record<string, string> = {
  json: 'application/json',
  py: 'text/x-python; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  zip: 'application/zip'
}

/** By the name's end; anything else, `model.pt` too, is bytes. */
export const contentType = (name: string) => TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'

/** The files of the highest attempt that has any: what the job's downloads serve. Empty before there is a model. */
export async function currentArtifacts(db: Db, jobId: string): Promise<ArtifactRow[]> {
  return db
    .select()
    .from(artifacts)
    .where(
      and(
        eq(artifacts.jobId, jobId),
        eq(artifacts.attempt, sql`(select max(attempt) from job.artifacts where job_id = ${jobId})`)
      )
    )
    .orderBy(asc(artifacts.name))
}

export const viewArtifact = ({ name, bytes, sha256 }: ArtifactRow): Artifact => ({
  name,
  bytes,
  sha256,
  content_type: contentType(name)
})

/** 404 for a foreign job, 409 before there is a model, 404 for a file that this job does not have. */
export async function findArtifact(db: Db, workspaceId: string, jobId: string, name: string) {
  const [job] = await db
    .select({ name: jobs.name })
    .from(jobs)
    .where(ofWorkspace(workspaceId, jobId))
    .limit(1)
  if (!job) throw fail('JOB_NOT_FOUND')
  const files = await currentArtifacts(db, jobId)
  if (files.length === 0) throw fail('NO_MODEL')
  const file = files.find((one) => one.name === name)
  if (!file) throw fail('ARTIFACT_NOT_FOUND')
  return { file, jobName: job.name }
}
