import { TERMINAL } from '@trainyard/contracts/training'
import { fail } from '@trainyard/service-kit/errors'
import { inTransaction } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import { removeObjects } from './checkpoints.ts'
import type { Deps } from './deps.ts'

/** Deletes a finished job with everything of it; its objects go right after the commit. */
export async function removeJob(deps: Deps, workspaceId: string, id: string) {
  await inTransaction(deps.db, async (tx) => {
    const { rows } = await tx.execute<{ finished: boolean }>(sql`
      select state = any(${sql.param([...TERMINAL])}) as finished from job.jobs
      where id = ${id} and workspace_id = ${workspaceId} for update`)
    const [row] = rows
    if (!row) throw fail('JOB_NOT_FOUND')
    if (!row.finished) throw fail('JOB_NOT_FINISHED')
    const { rows: objects } = await tx.execute<{ key: string }>(sql`
      select key from job.artifacts where job_id = ${id} union all select key from job.checkpoints where job_id = ${id}`)
    await removeObjects(
      tx,
      objects.map(({ key }) => key)
    )
    await tx.execute(sql`delete from job.jobs where id = ${id}`)
  })
  deps.wake()
}
