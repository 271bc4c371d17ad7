import { jobChannel, workspaceChannel } from '@trainyard/contracts/live'
import type { Logger } from '@trainyard/service-kit/log'
import type { Channels, Subscription } from './channels.ts'
import type { JobApi, Viewer } from './deps.ts'
import { createFeed, type Feed } from './feed.ts'
import { type DatasetFrame, type Frame, parsePublished } from './frame.ts'
import type { LiveLimits } from './limits.ts'

type Shared<T> = { value: T; users: number; subscription: Subscription }
export type WorkspaceListener = (frame: Frame | DatasetFrame) => void
export type FanOut = ReturnType<typeof createFanOut>
type Options = { channels: Channels; jobApi: JobApi; limits: LiveLimits; log: Logger }

/** Hands out one shared `T` per key and closes it when its last user leaves. */
function sharing<T>() {
  const open = new Map<string, Shared<T>>()
  return {
    open,
    acquire(key: string, make: () => Omit<Shared<T>, 'users'>) {
      const shared = open.get(key) ?? { ...make(), users: 0 }
      open.set(key, shared)
      shared.users += 1
      let held = true
      const release = () => {
        if (!held) return
        held = false
        shared.users -= 1
        if (shared.users > 0) return
        open.delete(key)
        shared.subscription.release()
      }
      return { value: shared.value, ready: shared.subscription.ready, release }
    }
  }
}

/** Every job and workspace that somebody on this gateway watches. A message is parsed and encoded once for all. */
export function createFanOut({ channels, jobApi, limits, log }: Options) {
  const jobs = sharing<Feed>()
  const workspaces = sharing<Set<WorkspaceListener>>()

  const parsed = (channel: string, text: string) => {
    const frame = parsePublished(text)
    if (!frame) log.warn({ channel, bytes: text.length }, 'a published message is no update')
    return frame
  }

  function openJob(jobId: string, viewer: Viewer) {
    const value = createFeed({ jobId, viewer, jobApi, limits, log })
    const channel = jobChannel(jobId)
    const subscription = channels.subscribe(channel, (text) => {
      const frame = parsed(channel, text)
      if (frame && frame.kind !== 'dataset' && frame.jobId === jobId) value.message(frame)
    })
    return { value, subscription }
  }

  function openWorkspace(workspaceId: string) {
    const value = new Set<WorkspaceListener>()
    const channel = workspaceChannel(workspaceId)
    const subscription = channels.subscribe(channel, (text) => {
      const frame = parsed(channel, text)
      if (frame) for (const listener of [...value]) listener(frame)
    })
    return { value, subscription }
  }

  /** Sets what Redis did not bring right: one call for all jobs, so that a lost last message does not stay lost. */
  async function compare() {
    const begun = [...jobs.open.values()].filter(({ value }) => value.last() !== undefined)
    if (begun.length === 0) return
    const newest = await jobApi.lastSeqs([...new Set(begun.map(({ value }) => value.jobId))])
    const behind = begun.filter(({ value }) => {
      const seq = newest[value.jobId]
      if (seq === undefined) value.gone()
      return seq !== undefined && seq > (value.last() ?? 0)
    })
    if (behind.length === 0) return
    // Of a busy job the newest message is always on its way; only what stays away is read from the log.
    const settled = () => {
      for (const { value } of behind) value.saw(newest[value.jobId] ?? 0)
    }
    setTimeout(settled, limits.inFlightMs).unref()
  }

  let comparing = false
  async function compareOnce() {
    if (comparing) return
    comparing = true
    await compare().catch((err: unknown) => log.warn({ err }, 'cannot compare with the job service'))
    comparing = false
  }

  const timer = setInterval(() => void compareOnce(), limits.compareMs)
  const stopListening = channels.onReconnect(() => void compareOnce())

  return {
    /** The feed is shared within a workspace: it reads with the rights of the one who opened it. */
    job: (jobId: string, viewer: Viewer) =>
      jobs.acquire(`${viewer.workspace_id}/${jobId}`, () => openJob(jobId, viewer)),
    workspace(workspaceId: string, listener: WorkspaceListener) {
      const { value, ready, release } = workspaces.acquire(workspaceId, () => openWorkspace(workspaceId))
      value.add(listener)
      return {
        ready,
        release: () => {
          value.delete(listener)
          release()
        }
      }
    },
    stop() {
      clearInterval(timer)
      stopListening()
    }
  }
}
