import type { FlushClock } from './flush.ts'

/** Runs `work` when it is asked for, at most once in `ms`: what comes sooner is one run at the end of that time. */
export function atMostEvery(ms: number, clock: Pick<FlushClock, 'now' | 'setTimer'>, work: () => void) {
  let ranAt = Number.NEGATIVE_INFINITY
  let isWaiting = false

  function run() {
    isWaiting = false
    ranAt = clock.now()
    work()
  }

  return () => {
    if (isWaiting) return
    const wait = ranAt + ms - clock.now()
    if (wait <= 0) return run()
    isWaiting = true
    clock.setTimer(run, wait)
  }
}
