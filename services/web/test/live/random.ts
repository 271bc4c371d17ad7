/** A seeded generator (mulberry32, Tommy Ettinger 2017): the same seed makes the same test. */
export function seeded(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    below: (n: number) => Math.floor(next() * n),
    chance: (share: number) => next() < share,
    shuffled<T>(items: readonly T[]): T[] {
      const all = [...items]
      for (let i = all.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1))
        const kept = all[i] as T
        all[i] = all[j] as T
        all[j] = kept
      }
      return all
    }
  }
}
export type Seeded = ReturnType<typeof seeded>
