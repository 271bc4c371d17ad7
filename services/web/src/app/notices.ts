import type { Job, JobState } from '@trainyard/contracts/training'
import { metricWords } from '../format/metric-name.ts'
import { decimal } from '../format/numbers.ts'
import { bestScore } from '../jobs/score.ts'
import { plainName } from '../ui/name.tsx'
import { STATES } from '../ui/state-badge.tsx'

export type NoticeSupport = 'no' | 'needs-https' | 'blocked' | 'ask' | 'granted'

/** What the browser allows. Notifications exist on encrypted pages and on this machine only. */
export function noticeSupport(): NoticeSupport {
  if (!isSecureContext) return 'needs-https'
  if (typeof Notification === 'undefined') return 'no'
  if (Notification.permission === 'granted') return 'granted'
  return Notification.permission === 'denied' ? 'blocked' : 'ask'
}

/** Asks the person; from a press only, which browsers demand. Gives whether they agreed. */
export async function askForNotices(): Promise<boolean> {
  return (await Notification.requestPermission()) === 'granted'
}

/** The end of a job in two lines: its state and name, then its best score or why it failed. */
export function endWords(state: JobState, job: Job | undefined): { title: string; body: string } {
  const { word } = STATES[state]
  if (!job) return { title: `${word}: a training`, body: 'Open Trainyard to see it.' }
  const best = bestScore(job)
  const score = best ? `Best ${metricWords(best.metric)} ${decimal(best.value, 4)}` : ''
  return {
    title: `${word}: ${plainName(job.name, 80)}`,
    body: state === 'failed' ? plainName(job.message ?? 'Open it to see why.', 200) : score
  }
}
