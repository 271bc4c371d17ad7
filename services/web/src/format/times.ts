import type { Maybe } from './numbers.ts'

/** Times as text, in English and on a 24-hour clock; local unless `utc` is asked for. */

export type Moment = Date | string | number
export type ClockOptions = { utc?: boolean }
const NONE = '–'
const SPACE = '\u00a0'
const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

const isSeconds = (n: Maybe): n is number => typeof n === 'number' && Number.isFinite(n)

/** `0.05 s`, `41 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`: the two largest units. */
export function duration(seconds: Maybe): string {
  if (!isSeconds(seconds)) return NONE
  const s = Math.max(0, seconds)
  if (s < 9.95) return unit(Number(s < 0.1 ? s.toPrecision(1) : s.toFixed(1)), 's')
  const rounded = Math.round(s)
  if (rounded < MINUTE) return unit(rounded, 's')
  if (rounded < HOUR) return pair(rounded, MINUTE, 'min', 1, 's')
  const minutes = Math.round(s / MINUTE) * MINUTE
  if (minutes < DAY) return pair(minutes, HOUR, 'h', MINUTE, 'min')
  return pair(Math.round(s / HOUR) * HOUR, DAY, 'd', HOUR, 'h')
}

/** `0.5 s`, `12 s`, `1:40`, `1:02:00`: short, for the ticks of an axis. */
export function elapsed(seconds: Maybe): string {
  if (!isSeconds(seconds)) return NONE
  const s = Math.max(0, seconds)
  if (s < MINUTE) return unit(Number(s.toPrecision(3)), 's')
  const rounded = Math.round(s)
  const two = (n: number) => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(rounded / HOUR), Math.floor((rounded % HOUR) / MINUTE)]
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(rounded % MINUTE)}`
}

const unit = (n: number, name: string) => `${n}${SPACE}${name}`

function pair(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const first = unit(Math.floor(seconds / large), largeName)
  const rest = Math.floor((seconds % large) / small)
  return rest === 0 ? first : `${first} ${unit(rest, smallName)}`
}

/** `14:03:22`. */
export function clock(at: Moment, options: ClockOptions = {}): string {
  return show(at, options, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
}

/** `25 Nov 2026, 14:03`. */
export function dateTime(at: Moment, options: ClockOptions = {}): string {
  return show(at, options, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit'
  })
}

function show(at: Moment, { utc = false }: ClockOptions, fields: Intl.DateTimeFormatOptions): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return NONE
  const zone = utc ? { timeZone: 'UTC' } : {}
  return new Intl.DateTimeFormat('en-GB', { ...fields, ...zone, hourCycle: 'h23' }).format(date)
}

/** `just now`, `3 min ago`, `5 h ago`, `2 d ago`, and the date after a month. A clock that runs ahead reads `just now`. */
export function ago(at: Moment, now: Moment, options: ClockOptions = {}): string {
  const date = new Date(at)
  const seconds = (new Date(now).getTime() - date.getTime()) / 1_000
  if (Number.isNaN(seconds)) return NONE
  if (seconds < 10) return 'just now'
  if (seconds < MINUTE) return `${unit(Math.floor(seconds), 's')} ago`
  if (seconds < HOUR) return `${unit(Math.floor(seconds / MINUTE), 'min')} ago`
  if (seconds < DAY) return `${unit(Math.floor(seconds / HOUR), 'h')} ago`
  if (seconds < 31 * DAY) return `${unit(Math.floor(seconds / DAY), 'd')} ago`
  return show(date, options, { day: 'numeric', month: 'short', year: 'numeric' })
}

/** `about 3 minutes left`: rounded, so that it does not flicker and is pleasant to hear. */
export function etaWords(seconds: Maybe): string {
  if (!isSeconds(seconds)) return ''
  if (seconds < 8) return 'a few seconds left'
  if (seconds < 55) return `about ${spoken(Math.max(10, Math.round(seconds / 10) * 10), 'second')} left`
  const minutes = Math.max(1, Math.round(seconds / MINUTE))
  if (minutes < 60) return `about ${spoken(minutes, 'minute')} left`
  const quarters = Math.round(seconds / (15 * MINUTE)) * 15
  if (quarters < 24 * 60) {
    const rest = quarters % 60
    return `about ${spoken(Math.floor(quarters / 60), 'hour')}${rest ? ` ${spoken(rest, 'minute')}` : ''} left`
  }
  return `about ${spoken(Math.round(seconds / DAY), 'day')} left`
}

function spoken(n: number, name: 'second' | 'minute' | 'hour' | 'day'): string {
  return new Intl.NumberFormat('en', { style: 'unit', unit: name, unitDisplay: 'long' }).format(n)
}
