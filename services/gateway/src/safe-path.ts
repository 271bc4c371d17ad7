/**
 * Whether a raw request path means what it says: no segment that climbs, hides or is empty, however it is
 * written. The router decodes a path once and an upstream may decode it again; a path on which the two could
 * disagree is not passed on at all.
 */
export function isPlainPath(rawUrl: string): boolean {
  const segments = decodedSegments(rawUrl)
  return segments !== undefined && !segments.some((segment) => segment === '' || /^\.{1,2}$/.test(segment))
}

/** Internal routes are for the services' own port; on this one they do not exist. */
export const namesInternal = (rawUrl: string) =>
  (decodedSegments(rawUrl) ?? []).some((segment) => segment.toLowerCase() === 'internal')

/** Undefined when the path holds what only a trick needs: bad or double encoding, separators in disguise. */
function decodedSegments(rawUrl: string): string[] | undefined {
  const path = rawUrl.split('?', 1)[0] ?? ''
  if (/%(2f|5c|25|00)/i.test(path) || path.includes('\\') || path.includes(';')) return undefined
  try {
    // A slash at the end is no segment of its own.
    return decodeURIComponent(path).replace(/\/$/, '').split('/').slice(1)
  } catch {
    return undefined
  }
}
