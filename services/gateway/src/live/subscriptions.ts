import { fail } from '@trainyard/service-kit/errors'
import type { Viewer } from './deps.ts'
import { type WatchDeps, watchJob } from './watch.ts'

/** What one socket is subscribed to: jobs by id, and the user feed. */
export function createSubscriptions(deps: WatchDeps) {
  const { fanOut, outbox, limits } = deps
  const jobs = new Map<string, ReturnType<typeof watchJob>>()
  let userFeed: { release: () => void } | undefined

  return {
    job(jobId: string, since: number | undefined, viewer: Viewer) {
      // Subscribing again starts over, from the new `since`.
      const before = jobs.get(jobId)
      before?.stop()
      jobs.delete(jobId)
      if (jobs.size >= limits.jobsPerSocket) {
        const { code } = fail('TOO_MANY_REQUESTS')
        const message = `A socket takes ${limits.jobsPerSocket} jobs at most; unsubscribe from some.`
        return outbox.reply({ type: 'error', code, message, job_id: jobId })
      }
      const watch = watchJob(deps, {
        jobId,
        since,
        viewer,
        owed: before?.unanswered() ?? 0,
        onEnd: () => {
          if (jobs.get(jobId) === watch) jobs.delete(jobId)
        }
      })
      jobs.set(jobId, watch)
    },

    leave(jobId: string) {
      jobs.get(jobId)?.stop()
      jobs.delete(jobId)
      outbox.reply({ type: 'unsubscribed', job_id: jobId })
    },

    async userFeed({ workspace_id }: Viewer) {
      const feed = fanOut.workspace(workspace_id, (frame) => {
        // The job's own stream brings it too, in order and without gaps.
        if (frame.kind !== 'dataset' && jobs.has(frame.jobId)) return
        outbox.feed(frame)
      })
      userFeed?.release()
      userFeed = feed
      await feed.ready
      if (userFeed === feed) outbox.reply({ type: 'subscribed' })
    },

    close() {
      for (const watch of jobs.values()) watch.stop()
      jobs.clear()
      userFeed?.release()
      userFeed = undefined
    }
  }
}
