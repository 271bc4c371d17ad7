/** mulberry32 (Tommy Ettinger, 2017, public domain): a small seeded generator, so that a failing round can be run again. */
export function seeded(seed: number) {
  let a = seed >>> 0
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0
    let x = Math.imul(a ^ (a >>> 15), a | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296
  }
  return { next, below: (n: number) => Math.floor(next() * n), chance: (p: number) => next() < p }
}
export type Random = ReturnType<typeof seeded>
