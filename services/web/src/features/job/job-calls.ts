import type { ApiCall } from '../../format/copy-as.ts'
import type { JobActions } from './use-job-actions.ts'

export type NamedCall = { name: string; does: string; call: ApiCall }

/** What the buttons of a job's page send, as far as they can be pressed now. */
export function jobCalls(id: string, can: JobActions['can'], files: readonly string[]): NamedCall[] {
  const at = `/api/training/${id}`
  const all: (NamedCall | false)[] = [
    { name: 'Read', does: 'State, progress and scores.', call: { method: 'GET', path: at } },
    { name: 'Curves', does: 'Every series.', call: { method: 'GET', path: `${at}/metrics` } },
    can.stop && {
      name: 'Stop',
      does: 'Finishes the step and saves a usable model.',
      call: { method: 'POST', path: `${at}/stop` }
    },
    can.resume && {
      name: 'Resume',
      does: 'Goes on from the last checkpoint.',
      call: { method: 'POST', path: `${at}/resume`, json: {} }
    },
    can.retry && {
      name: 'Train again',
      does: 'Starts from the beginning.',
      call: { method: 'POST', path: `${at}/retry` }
    },
    {
      name: 'Clone',
      does: 'Gives the body to edit and send; nothing is made.',
      call: { method: 'POST', path: `${at}/clone` }
    },
    ...files.map((file) => ({
      name: `Download ${file}`,
      does: 'Gives a link to the file for five minutes.',
      call: { method: 'POST' as const, path: `${at}/artifacts/${encodeURIComponent(file)}/link` }
    })),
    can.remove && {
      name: 'Delete',
      does: 'Takes the job with its files away.',
      call: { method: 'DELETE', path: at }
    }
  ]
  return all.filter((one) => one !== false)
}
