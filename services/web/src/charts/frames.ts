import { createScheduler } from './scheduler.ts'

/** The one loop that draws the charts of this tab. */
export const frames = createScheduler({
  now: () => performance.now(),
  requestFrame: (work) => requestAnimationFrame(work)
})
