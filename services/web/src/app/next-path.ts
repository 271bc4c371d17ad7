/** Where to go after signing in: a path of this site and nothing else, whatever the link says. */
export function nextPath(query: URLSearchParams): string {
  const next = query.get('next') ?? '/'
  // Browsers read a backslash as a slash, and drop tabs and line ends: `/\evil` and `/<tab>/evil` would leave.
  const isLocal = /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)
  return isLocal ? next : '/'
}
