/**
 * Exponential moving average without the pull towards zero at the start: sum / (1 − wⁿ), as in Adam's bias correction
 * (Kingma, Ba, "Adam", ICLR 2015, section 3). `weight` 0 is the line itself. What is not finite stays a gap and does
 * not count. Grows with its input: values that were smoothed once are not smoothed again.
 */
export function createSmoother() {
  let out = new Float64Array(0)
  let done = 0
  let sum = 0
  let bias = 1
  let weight = 0
  let revision = -1

  function reset(to: number, at: number) {
    done = 0
    sum = 0
    bias = 1
    weight = to
    revision = at
  }

  /** `inputRevision` changes whenever earlier values did. The result is valid until the next call. */
  return function smooth(values: Float64Array, by: number, inputRevision: number): Float64Array {
    if (by !== weight || inputRevision !== revision || values.length < done) reset(by, inputRevision)
    if (out.length < values.length) {
      const larger = new Float64Array(Math.max(1_024, values.length * 2))
      larger.set(out.subarray(0, done))
      out = larger
    }
    for (; done < values.length; done++) {
      const value = values[done] as number
      if (!Number.isFinite(value)) {
        out[done] = Number.NaN
        continue
      }
      sum = weight * sum + (1 - weight) * value
      bias *= weight
      out[done] = sum / (1 - bias)
    }
    return out.subarray(0, values.length)
  }
}
export type Smoother = ReturnType<typeof createSmoother>
