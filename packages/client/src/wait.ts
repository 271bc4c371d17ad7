/** Full jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015): anything up to the capped exponential, evenly. */
export const jitter = (attempt: number, capMs = 30_000, baseMs = 1_000) =>
  Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 20))

/** Resolves after `ms`; rejects with the signal's reason when that comes first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    if (signal?.aborted) return failed(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      failed(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      done()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
