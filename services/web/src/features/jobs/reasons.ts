import type { Job, Reason } from '@trainyard/contracts/training'

/** In a row, where the job's page has the whole story. */
const WORDS: Record<Reason, string> = {
  user_stopped: 'stopped by hand',
  time_limit: 'time limit reached',
  early_stopped: 'stopped improving',
  data_error: 'data cannot be trained on',
  user_error: 'settings do not work',
  out_of_memory: 'out of memory',
  worker_lost: 'worker was lost',
  artifact_upload: 'model could not be stored',
  platform_error: 'fault of the platform'
}

export const reasonWords = ({ reason }: Pick<Job, 'reason'>) => (reason === null ? undefined : WORDS[reason])
