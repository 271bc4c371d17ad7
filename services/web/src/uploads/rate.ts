/** Bytes sent at a time, in milliseconds of one clock. */
export type Sample = { at: number; sent: number }
export type Pace = { bytesPerSecond: number | undefined; secondsLeft: number | undefined }

/** Old samples say nothing of a network that has changed. */
const WINDOW_MS = 5_000
/** Below this the first packets, which only fill buffers, would promise too much. */
const LEAST_MS = 500

/** The samples of the last seconds with the new one; the last before the window stays as its beginning. */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const from = samples.findLastIndex(({ at }) => at <= sample.at - WINDOW_MS)
  return [...samples.slice(Math.max(0, from)), sample]
}

/** Speed over the window, and the time that the rest takes at it; undefined while it cannot be told. */
export function paceOf(samples: readonly Sample[], total: number): Pace {
  const first = samples[0]
  const last = samples.at(-1)
  if (!first || !last || last.at - first.at < LEAST_MS)
    return { bytesPerSecond: undefined, secondsLeft: undefined }
  const bytesPerSecond = ((last.sent - first.sent) / (last.at - first.at)) * 1_000
  if (bytesPerSecond <= 0) return { bytesPerSecond: 0, secondsLeft: undefined }
  return { bytesPerSecond, secondsLeft: Math.max(0, total - last.sent) / bytesPerSecond }
}
