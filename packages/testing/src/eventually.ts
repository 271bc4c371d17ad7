import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks `probe` every 20 ms until it answers something other than undefined or false, and returns that. A probe that
 * throws has not answered yet; past the limit its last error is the cause.
 */
export async function eventually<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 5_000
): Promise<T> {
  const deadline = performance.now() + limitMs
  let cause: unknown
  for (;;) {
    try {
      const found = await probe()
      if (found !== undefined && found !== false) return found
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadline) throw new Error(`Still not true after ${limitMs} ms`, { cause })
    await sleep(20)
  }
}
