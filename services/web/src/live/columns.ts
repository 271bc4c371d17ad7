/** One recorded value. `value` is NaN where it was no finite number; `low` and `high` span what a thinned point stands for. */
export type Point = {
  step: number
  epoch: number
  attempt: number
  /** Milliseconds since 1970, NaN where only the order is known. */
  at: number
  value: number
  low: number
  high: number
}
const NAMES = ['step', 'epoch', 'attempt', 'at', 'value', 'low', 'high'] as const
type Arrays = Record<keyof Point, Float64Array<ArrayBuffer>>
export type Columns = ReturnType<typeof createColumns>

const allocate = (capacity: number): Arrays => ({
  step: new Float64Array(capacity),
  epoch: new Float64Array(capacity),
  attempt: new Float64Array(capacity),
  at: new Float64Array(capacity),
  value: new Float64Array(capacity),
  low: new Float64Array(capacity),
  high: new Float64Array(capacity)
})

/**
 * Points in typed columns, in rising order of `order`. Above `limit` points, neighbours are joined in pairs: the later
 * value stays, the extremes of both are kept, so memory is bounded and no peak is lost.
 */
export function createColumns(limit: number, compare: (a: Point, b: Point) => number) {
  let arrays = allocate(64)
  let length = 0
  /** Rises whenever something other than an addition at the end happened. */
  let revision = 0

  const at = (index: number): Point => ({
    step: arrays.step[index] as number,
    epoch: arrays.epoch[index] as number,
    attempt: arrays.attempt[index] as number,
    at: arrays.at[index] as number,
    value: arrays.value[index] as number,
    low: arrays.low[index] as number,
    high: arrays.high[index] as number
  })

  function set(index: number, point: Point) {
    for (const name of NAMES) arrays[name][index] = point[name]
  }

  /** The first index whose point is not before `point`. */
  function place(point: Point): number {
    if (length === 0 || compare(at(length - 1), point) < 0) return length
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(at(middle), point) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  function grow() {
    const larger = allocate(arrays.step.length * 2)
    for (const name of NAMES) larger[name].set(arrays[name])
    arrays = larger
  }

  function add(point: Point) {
    const index = place(point)
    if (index < length && compare(at(index), point) === 0) {
      set(index, point)
      revision++
      return
    }
    if (length === arrays.step.length) grow()
    if (index < length) {
      for (const name of NAMES) arrays[name].copyWithin(index + 1, index, length)
      revision++
    }
    set(index, point)
    length++
    if (length > limit) halve()
  }

  function halve() {
    const kept = length >>> 1
    for (let i = 0; i < kept; i++) set(i, joined(at(2 * i), at(2 * i + 1)))
    if (length % 2 === 1) set(kept, at(length - 1))
    length = kept + (length % 2)
    revision++
  }

  /** Removes points from `from` to before `to` and returns them. */
  function cut(from: number, to: number): Point[] {
    const removed: Point[] = []
    for (let i = from; i < to; i++) removed.push(at(i))
    if (removed.length === 0) return removed
    for (const name of NAMES) arrays[name].copyWithin(from, to, length)
    length -= removed.length
    revision++
    return removed
  }

  return {
    add,
    cut,
    at,
    length: () => length,
    revision: () => revision,
    /** A view, valid until the next change. */
    view: (name: keyof Point) => arrays[name].subarray(0, length)
  }
}

/** The lesser of two numbers, of which either may be missing. */
export const least = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b))
export const greatest = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b))

/** A pair as one point. A value that is not finite stays visible as such. */
function joined(first: Point, second: Point): Point {
  const value = Number.isNaN(first.value) ? Number.NaN : second.value
  return { ...second, value, low: least(first.low, second.low), high: greatest(first.high, second.high) }
}
