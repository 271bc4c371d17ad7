export type ServerClock = ReturnType<typeof createServerClock>

/** `Date` counts whole seconds, and HTTP allows it to be generated a little before the reply leaves (RFC 9110, 6.6.1). */
const RESOLUTION_MS = 1_000

/**
 * The server's time, from the `Date` of its replies. Each reply says that between sending and receiving the server's
 * clock read a moment within one second: that bounds the difference of the clocks, and the bounds of several replies
 * are intersected. Bounds that contradict each other mean that a clock was set; then only the newest holds.
 */
export function createServerClock(now: () => number = Date.now) {
  let low = Number.NEGATIVE_INFINITY
  let high = Number.POSITIVE_INFINITY

  function observe(date: string | null, sentAt: number, receivedAt: number) {
    const stamp = date === null ? Number.NaN : Date.parse(date)
    if (Number.isNaN(stamp)) return
    const least = stamp - receivedAt
    const most = stamp + RESOLUTION_MS - sentAt
    if (most < low || least > high) {
      low = least
      high = most
    } else {
      low = Math.max(low, least)
      high = Math.min(high, most)
    }
  }

  const offset = () => (Number.isFinite(low) ? (low + high) / 2 : 0)

  return {
    observe,
    /** Milliseconds to add to this machine's clock; 0 until a reply was seen. */
    offset,
    now: () => now() + offset(),
    /** `fetch` that looks at the clock of every reply. */
    watching(send: typeof fetch): typeof fetch {
      return async (input, init) => {
        const sentAt = now()
        const response = await send(input, init)
        observe(response.headers.get('date'), sentAt, now())
        return response
      }
    }
  }
}
