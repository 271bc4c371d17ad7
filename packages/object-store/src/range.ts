/** Inclusive offsets in bytes. */
export type ByteRange = { start: number; end: number }

/**
 * One range of `Range: bytes=…` (RFC 9110 §14). Null where the whole is to be sent: none asked, several, another unit,
 * nonsense. `outside`: 416.
 */
export function parseRange(header: string | undefined, total: number): ByteRange | 'outside' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), total)
    return length === 0 ? 'outside' : { start: total - length, end: total - 1 }
  }
  const start = Number(first)
  const end = last === '' ? total - 1 : Math.min(Number(last), total - 1)
  if (last !== '' && Number(last) < start) return null
  return start >= total ? 'outside' : { start, end }
}
