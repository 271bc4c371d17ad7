/** The first index in rising numbers whose value is not below `value`; the end is looked at first, where appends land. */
export function lowerBound(numbers: ArrayLike<number>, value: number): number {
  let high = numbers.length
  if (high === 0 || (numbers[high - 1] as number) < value) return high
  let low = 0
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
