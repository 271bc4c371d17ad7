import type { Job } from '@trainyard/contracts/training'

export type FailureAction =
  | { kind: 'retry' }
  /** `hours`: with a time limit of so many for what follows. */
  | { kind: 'resume'; hours?: number }
  | { kind: 'train'; label: string; query?: string }
  | { kind: 'dataset'; label: string; query?: string }
export type Failure = { title: string; what: string; actions: FailureAction[] }

/** What happened, what we did about it, and the ways on, likeliest first. */
export function failureOf(
  job: Pick<Job, 'reason' | 'message' | 'attempts' | 'training' | 'progress'>
): Failure {
  const step = job.progress?.step ?? 0
  const edit: FailureAction = { kind: 'train', label: 'Edit and retry' }
  switch (job.reason) {
    case 'out_of_memory': {
      const smaller = halfBatch(job.training.batch_size)
      return {
        title: 'Out of memory',
        what: 'The job did not fit into the memory it may use. A smaller batch or a smaller model needs less.',
        actions: [
          {
            kind: 'train',
            label: smaller === undefined ? 'Smaller batch' : `Retry with batch ${smaller}`,
            query: smaller === undefined ? undefined : `batch_size=${smaller}`
          },
          { kind: 'train', label: 'Smaller layers' }
        ]
      }
    }
    case 'data_error':
      return {
        title: 'The data stopped it',
        what: 'Something in the dataset cannot be trained on; trying again would end the same way.',
        actions: dataWays(job.message ?? '')
      }
    case 'user_error':
      return {
        title: 'A setting stopped it',
        what: 'The job cannot end well with these settings.',
        actions: [edit]
      }
    case 'worker_lost':
      return {
        title: 'The worker was lost',
        what: `That is our fault, not yours. The job was started ${job.attempts} times; each time its worker went away.`,
        actions: [{ kind: 'resume' }, { kind: 'retry' }]
      }
    case 'time_limit':
      return {
        title: 'The time limit was reached',
        what: 'What was learned until then is kept.',
        actions: [{ kind: 'resume', hours: 1 }, { kind: 'resume' }]
      }
    case 'artifact_upload':
      return {
        title: 'The model could not be stored',
        what: 'Training ended, but its files did not reach the store. That is our fault; resume to try that again.',
        actions: [{ kind: 'resume' }, { kind: 'retry' }]
      }
    default:
      return {
        title: 'Something broke on our side',
        what: 'That is our fault. If it happens again, send the report to whoever runs this platform.',
        actions: step > 0 ? [{ kind: 'resume' }, { kind: 'retry' }] : [{ kind: 'retry' }]
      }
  }
}

/** The trainer's sentence says where: `"inf" in line 118, column "age", is infinite …`. */
function dataWays(message: string): FailureAction[] {
  const line = /\bline (\d{1,12})\b/i.exec(message)?.[1]
  const column = /\bcolumn "([^"]{1,79})"/.exec(message)?.[1]
  return [
    line === undefined
      ? { kind: 'dataset', label: 'Look at the data' }
      : { kind: 'dataset', label: 'Open row', query: `tab=rows&line=${line}` },
    column === undefined || column.endsWith('…')
      ? { kind: 'train', label: 'Choose other columns' }
      : { kind: 'train', label: 'Clone without column', query: `leave=${encodeURIComponent(column)}` }
  ]
}

function halfBatch(batch: unknown): number | undefined {
  return typeof batch === 'number' && batch > 1 ? Math.floor(batch / 2) : undefined
}

/** For whoever helps: what ran and how it ended; no rows, no names of people, no tokens. */
export function reportOf(job: Job, version: string | undefined, lines: readonly { line: string }[]): string {
  const { id, state, reason, message, attempt, phase, model, training, task, progress } = job
  const facts = { version, job: id, state, reason, message, attempt, phase, task, model, training, progress }
  const log = lines.map(({ line }) => line).join('\n')
  return `${JSON.stringify(facts, null, 2)}\n\nLast lines of the log:\n${log}\n`
}
