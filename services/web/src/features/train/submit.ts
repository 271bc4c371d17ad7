import type { CreateJob, Job } from '@trainyard/contracts/training'
import type { Body } from './bodies.ts'

export type Create = (body: CreateJob, options: { idempotencyKey: string }) => Promise<Job>
export type Outcome = {
  /** Jobs by architecture, also those of earlier tries. */
  made: Record<string, string>
  failed?: { architecture: string; error: unknown }
}

/**
 * Makes the jobs one after the other and stops at the first refusal. What an earlier try has made is not made again:
 * it is skipped where that is known, and answered by its key where the reply was lost.
 */
export async function submit(
  bodies: readonly Body[],
  {
    create,
    formKey,
    made,
    onMade
  }: { create: Create; formKey: string; made: Outcome['made']; onMade: (job: Job) => void }
): Promise<Outcome> {
  const all = { ...made }
  for (const { architecture, body } of bodies) {
    if (Object.hasOwn(all, architecture)) continue
    try {
      const job = await create(body, { idempotencyKey: `${formKey}-${architecture}`.slice(0, 200) })
      all[architecture] = job.id
      onMade(job)
    } catch (error) {
      return { made: all, failed: { architecture, error } }
    }
  }
  return { made: all }
}

/** Unique without `crypto.randomUUID`, which pages over plain HTTP do not have. */
export const newFormKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    ''
  )
