export type FlushClock = {
  now: () => number
  isHidden: () => boolean
  requestFrame: (work: () => void) => number
  cancelFrame: (handle: number) => void
  setTimer: (work: () => void, ms: number) => number
  clearTimer: (handle: number) => void
}
export type Flush = ReturnType<typeof createFlush>

/** A hidden tab gets no frames, and folds at most this often. */
const HIDDEN_MS = 1_000

/**
 * Runs `work` once a frame however often it is asked for. In a hidden tab it runs inside the caller, at most once a
 * second; what is left over waits for a timer or for the return to the tab.
 */
export function createFlush(clock: FlushClock, work: () => void) {
  let frame: number | undefined
  let timer: number | undefined
  let lastRun = Number.NEGATIVE_INFINITY

  function run() {
    if (frame !== undefined) clock.cancelFrame(frame)
    if (timer !== undefined) clock.clearTimer(timer)
    frame = undefined
    timer = undefined
    lastRun = clock.now()
    work()
  }

  return {
    request() {
      if (!clock.isHidden()) {
        frame ??= clock.requestFrame(run)
        return
      }
      const wait = lastRun + HIDDEN_MS - clock.now()
      if (wait <= 0) run()
      else timer ??= clock.setTimer(run, wait)
    },
    /** The tab was shown or hidden: frames that were asked for before may never come. */
    visibilityChanged() {
      if (frame !== undefined || timer !== undefined) run()
    }
  }
}

export const browserClock = (): FlushClock => ({
  now: () => performance.now(),
  isHidden: () => document.hidden,
  requestFrame: (work) => requestAnimationFrame(work),
  cancelFrame: (handle) => cancelAnimationFrame(handle),
  setTimer: (work, ms) => window.setTimeout(work, ms),
  clearTimer: (handle) => window.clearTimeout(handle)
})
