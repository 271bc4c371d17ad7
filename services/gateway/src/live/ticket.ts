/** What `ws-ticket` gives is url-safe text; anything else never reaches auth. */
const PROTOCOL = /^ticket\.([A-Za-z0-9_-]{1,256})$/

/**
 * The ticket in `Sec-WebSocket-Protocol`, which is the only header a browser lets a page set on an upgrade. Undefined
 * without that header, null when it is not exactly one ticket.
 */
export function ticketOf(header: string | undefined): string | null | undefined {
  if (header === undefined) return undefined
  return PROTOCOL.exec(header.trim())?.[1] ?? null
}
