/** Numbers as text, in English. A missing number is an en dash; units follow after a space that does not break. */

export type Maybe = number | null | undefined
const NONE = '–'
const SPACE = '\u00a0'
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const fixed = (digits: number) =>
  new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const isNumber = (n: Maybe): n is number => typeof n === 'number' && Number.isFinite(n)

/** `7,043`. */
export function integer(n: Maybe): string {
  return isNumber(n) ? whole.format(n) : NONE
}

/** `0.8713` with four digits. A number too small to show in them is shown as a power of ten. */
export function decimal(n: Maybe, digits: number): string {
  if (!isNumber(n)) return NONE
  const tooSmall = n !== 0 && Math.abs(n) < 0.5 * 10 ** -digits
  return tooSmall || Math.abs(n) >= 1e15 ? n.toExponential(2) : fixed(digits).format(n)
}

/** `0.412883`: six digits, because late progress hides in the last ones. */
export function loss(n: Maybe): string {
  return decimal(n, 6)
}

/** `0.3`, `1,250`, `0.00001`: as many digits as the number needs, at most six that say something. */
export function plain(n: Maybe): string {
  if (!isNumber(n)) return NONE
  const size = Math.abs(n)
  if (n !== 0 && (size < 1e-6 || size >= 1e15)) return String(n)
  return new Intl.NumberFormat('en', { maximumSignificantDigits: size >= 1e6 ? 15 : 6 }).format(n)
}

/** A number from 0 to 100 without its fraction, the same for the eye and the ear. Less than all of it is never 100. */
export function wholePercent(n: number): number {
  return n < 100 ? Math.min(99, Math.round(n)) : Math.round(n)
}

/** `24 %` of a number from 0 to 100, as progress counts. */
export function percent(n: Maybe): string {
  if (!isNumber(n)) return NONE
  return `${whole.format(wholePercent(n))}${SPACE}%`
}

/** `3 %` of a share from 0 to 1, or `< 1 %` where there is something, but little. */
export function share(n: Maybe): string {
  if (!isNumber(n)) return NONE
  if (n > 0 && n < 0.005) return `<${SPACE}1${SPACE}%`
  return percent(n * 100)
}

/** `1.9 GB`: powers of 1,000, three digits. */
export function bytes(n: Maybe): string {
  if (!isNumber(n)) return NONE
  let value = Math.max(0, n)
  let unit = 0
  // 999.5 would print as 1,000 of the smaller unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000
    unit++
  }
  return `${threeDigits.format(value)}${SPACE}${UNITS[unit]}`
}

/** `1 row`, `7,043 rows`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${integer(n)}${SPACE}${n === 1 ? one : many}`
}
