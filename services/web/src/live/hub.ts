import type { QueryClient } from '@tanstack/react-query'
import type { Client } from '@trainyard/client/client'
import type { Live } from '@trainyard/client/live/live'
import type { JobUpdate } from '@trainyard/contracts/live'
import { createConnectionStore } from './connection-store.ts'
import { browserClock, createFlush } from './flush.ts'
import { createJobCells } from './job-cells.ts'
import { createJobSession, type JobSession } from './job-session.ts'
import { createUserFeed } from './user-feed.ts'

export type LiveHub = ReturnType<typeof createLiveHub>
type Options = { client: Pick<Client, 'live' | 'training'>; queries: QueryClient }
type Kept = { session: JobSession; readers: number; timer: number | undefined }

/** A page that is left and opened again within this time finds everything still there. */
const LINGER_MS = 30_000
const POLL_MS = { visible: 5_000, hidden: 30_000 }

/** Everything live of one tab: one socket, the sessions of the jobs on screen, the user feed, one flush a frame. */
export function createLiveHub({ client, queries }: Options) {
  const live: Live = client.live({
    // A page sees no pings, and should know soon that it is alone.
    silenceMs: 10_000,
    answerMs: 5_000,
    onState: (state) => connection.socketChanged(state)
  })
  const connection = createConnectionStore({
    now: Date.now,
    isOnline: () => navigator.onLine,
    setTimer: (work, ms) => window.setTimeout(work, ms),
    clearTimer: (handle) => window.clearTimeout(handle as number | undefined),
    heardAt: () => live.heardAt()
  })
  const sessions = new Map<string, Kept>()
  const cells = createJobCells()
  const clock = browserClock()
  const feed = createUserFeed({
    queries,
    clock,
    isFollowed: (id) => (sessions.get(id)?.readers ?? 0) > 0
  })
  const listeners = new Set<(update: JobUpdate) => void>()
  let feedReaders = 0
  let polling: number | undefined

  const flush = createFlush(clock, () => {
    // Sessions first: they have their job's events without a gap.
    for (const { session } of sessions.values()) session.fold()
    feed.fold()
    cells.notify()
  })

  function tell(update: JobUpdate) {
    for (const listener of [...listeners]) listener(update)
  }

  function keptOf(jobId: string): Kept {
    const known = sessions.get(jobId)
    if (known) return known
    const session = createJobSession({
      jobId,
      training: client.training,
      live,
      queries,
      requestFlush: flush.request,
      onUpdates(updates) {
        for (const update of updates) {
          cells.take(update)
          tell(update)
        }
      }
    })
    const kept: Kept = { session, readers: 0, timer: undefined }
    sessions.set(jobId, kept)
    forgetLater(kept)
    return kept
  }

  function forgetLater(kept: Kept) {
    window.clearTimeout(kept.timer)
    kept.timer = window.setTimeout(() => {
      kept.session.close()
      sessions.delete(kept.session.jobId)
    }, LINGER_MS)
  }

  async function pollOnce() {
    const open = [...sessions.values()].filter(({ readers }) => readers > 0)
    try {
      await Promise.all(open.map(({ session }) => session.poll()))
      if (feedReaders > 0) feed.readLists()
      flush.request()
      connection.polled()
    } catch {
      // The pill goes on saying how old the numbers are; the next round asks again.
    }
    schedulePoll()
  }

  function schedulePoll() {
    window.clearTimeout(polling)
    polling = undefined
    if (connection.get().pill !== 'polling') return
    polling = window.setTimeout(() => void pollOnce(), document.hidden ? POLL_MS.hidden : POLL_MS.visible)
  }

  connection.subscribe(() => {
    if (connection.get().pill !== 'polling') schedulePoll()
    else if (polling === undefined) void pollOnce()
  })

  return {
    connection,
    cells,
    retryNow: live.retryNow,
    session: (jobId: string) => keptOf(jobId).session,
    /** Follows a job until the returned function is called. */
    follow(jobId: string) {
      const kept = keptOf(jobId)
      window.clearTimeout(kept.timer)
      kept.readers++
      kept.session.open()
      return () => {
        kept.readers--
        if (kept.readers === 0) forgetLater(kept)
      }
    },
    /** Follows everything of the user until the returned function is called. */
    followUser() {
      feedReaders++
      const subscription = live.userFeed({
        onStart: feed.readLists,
        onJob(update) {
          feed.takeJob(update)
          cells.take(update)
          flush.request()
          tell(update)
        },
        onDataset(update) {
          feed.takeDataset(update)
          flush.request()
        }
      })
      return () => {
        feedReaders--
        subscription.close()
      }
    },
    /**
     * Every event of the user's jobs, until the returned function is called. Those of a job on screen come by its own
     * stream, at the next flush, and perhaps by the feed as well.
     */
    onJob(listener: (update: JobUpdate) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Listens to what the browser says of the network and of this tab, as long as the tab lives. */
    watchBrowser() {
      window.addEventListener('online', () => {
        live.retryNow()
        connection.networkChanged()
      })
      window.addEventListener('offline', connection.networkChanged)
      document.addEventListener('visibilitychange', () => {
        flush.visibilityChanged()
        if (!document.hidden) live.retryNow()
        if (connection.get().pill === 'polling') schedulePoll()
      })
      // A page with a socket is not kept for "back" by some browsers, and is cut off by others.
      window.addEventListener('pagehide', () => live.pause())
      window.addEventListener('pageshow', (event) => {
        if (event.persisted) live.resume()
      })
    }
  }
}
