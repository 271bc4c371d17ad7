/**
 * Browsers always send `Origin` with an upgrade and are not held back by CORS, so another site could open a socket
 * from a signed-in person's browser. Programs send none and are told apart by their token alone.
 */
export function originCheck(publicUrls: readonly string[]): (origin: string | undefined) => boolean {
  const allowed = new Set(publicUrls.map((url) => new URL(url).origin))
  return (origin) => origin === undefined || allowed.has(origin)
}
