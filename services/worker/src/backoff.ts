import { setTimeout as sleep } from 'node:timers/promises'

type Options = {
  signal: AbortSignal
  /** Whether this failure may pass; any other is thrown on. */
  passing: (err: unknown) => boolean
  onWait?: (err: unknown, tries: number) => void
  baseMs?: number
  maxMs?: number
}

/** Full jitter with a floor: many workers that lost one server do not come back to it in one moment. */
export const backoffMs = (tries: number, { baseMs = 200, maxMs = 10_000 } = {}) => {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(tries, 16))
  return ceiling / 4 + Math.random() * ceiling * 0.75
}

/** Repeats `work` until it succeeds, fails for good, or `signal` aborts (then its reason is thrown). */
export async function persist<T>(work: (tries: number) => Promise<T>, options: Options): Promise<T> {
  const { signal, passing, onWait, baseMs, maxMs } = options
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted()
    try {
      return await work(tries)
    } catch (err) {
      signal.throwIfAborted()
      if (!passing(err)) throw err
      onWait?.(err, tries)
      await sleep(backoffMs(tries, { baseMs, maxMs }), undefined, { signal })
    }
  }
}
