/** A token bucket: `take()` is false when more than `burst` came at once or more than `perSecond` go on coming. */
export function tokenBucket(perSecond: number, burst: number, now: () => number = () => performance.now()) {
  let level = burst
  let at = now()
  return {
    take: () => {
      const time = now()
      level = Math.min(burst, level + ((time - at) / 1_000) * perSecond)
      at = time
      if (level < 1) return false
      level -= 1
      return true
    }
  }
}
