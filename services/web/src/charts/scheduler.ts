export type Scheduled = {
  isVisible: () => boolean
  draw: () => void
}
export type Scheduler = ReturnType<typeof createScheduler>
type Options = {
  now: () => number
  requestFrame: (work: () => void) => unknown
  /** Time for drawing in one frame, ms. */
  budgetMs?: number
  /** Least time between two drawings of one chart, ms: usually, and while frames come slowly. */
  minGapMs?: number
  slowGapMs?: number
  /** Frames come slowly when their mean gap is above this, ms. */
  slowFrameMs?: number
}
type Entry = Scheduled & { dirty: boolean; drawnAt: number }

/** Weight of the newest frame in the mean gap. */
const NEWEST = 0.1
/** A longer pause is a tab that slept, not a slow frame. */
const PAUSE_MS = 1_000

/**
 * One loop of animation frames for all charts. A frame draws visible charts that have something new, in turn, until its
 * budget is spent; what is left comes first in the next one. Without anything to draw there is no loop.
 */
export function createScheduler(options: Options) {
  const { now, requestFrame } = options
  const { budgetMs = 8, minGapMs = 100, slowGapMs = 400, slowFrameMs = 24 } = options
  const entries: Entry[] = []
  let running = false
  let turn = 0
  let lastFrame: number | undefined
  let meanGap = 16

  function frame() {
    const start = now()
    if (lastFrame !== undefined && start - lastFrame < PAUSE_MS)
      meanGap += NEWEST * (start - lastFrame - meanGap)
    lastFrame = start
    const gap = meanGap > slowFrameMs ? slowGapMs : minGapMs
    const count = entries.length
    for (let i = 0; i < count; i++) {
      const entry = entries[(turn + i) % count] as Entry
      if (!entry.dirty || start - entry.drawnAt < gap || !entry.isVisible()) continue
      entry.dirty = false
      entry.drawnAt = start
      entry.draw()
      if (now() - start < budgetMs) continue
      turn = (turn + i + 1) % count
      break
    }
    running = false
    if (entries.some((entry) => entry.dirty && entry.isVisible())) wake()
    else lastFrame = undefined
  }

  function wake() {
    if (running) return
    running = true
    requestFrame(frame)
  }

  return {
    add(chart: Scheduled) {
      const entry: Entry = { ...chart, dirty: true, drawnAt: Number.NEGATIVE_INFINITY }
      entries.push(entry)
      wake()
      return {
        /** There is something new to draw; also when it becomes visible. */
        request() {
          entry.dirty = true
          if (entry.isVisible()) wake()
        },
        /** As `request`, without waiting for the gap: a person zoomed. */
        requestNow() {
          entry.dirty = true
          entry.drawnAt = Number.NEGATIVE_INFINITY
          if (entry.isVisible()) wake()
        },
        remove() {
          const index = entries.indexOf(entry)
          if (index >= 0) entries.splice(index, 1)
          if (turn >= entries.length) turn = 0
        }
      }
    },
    meanFrameGap: () => meanGap
  }
}
