import { MAX_FRAME_BYTES } from '@trainyard/contracts/live'
import type { WebSocket } from 'ws'

/** Why a socket is closed (RFC 6455 §7.4; 4000–4999 are the application's own). */
export const CLOSE = {
  /** The gateway restarts: come back, each after a wait of its own. */
  restart: [1012, 'The server restarts; reconnect.'],
  binary: [1003, 'Only text frames are taken.'],
  flood: [1008, 'Too many messages.'],
  slow: [1013, 'You read too slowly; reconnect and subscribe with "since".'],
  full: [1013, 'Too many sockets; try again later.'],
  unavailable: [1013, 'A part of the platform is away; try again in a few seconds.'],
  unauthenticated: [4401, 'Sign in first: the token is missing, expired or not valid.'],
  expired: [4401, 'The token has expired.'],
  revoked: [4401, 'This session has ended.']
} as const
export type CloseReason = keyof typeof CLOSE

/** What the library closes by itself, with a code alone: broken frames, text that is no UTF-8, messages past the limit. */
const BY_PROTOCOL: Record<number, string> = {
  1002: 'A frame broke the WebSocket protocol.',
  1007: 'A text frame was not valid UTF-8.',
  1009: `A message may have ${MAX_FRAME_BYTES} bytes.`
}

/** Gives such a close its reason. The library calls the socket's own `close`, so that is where to add it. */
export function explainCloses(ws: WebSocket) {
  const close = ws.close.bind(ws)
  ws.close = (code, reason) => close(code, reason ?? BY_PROTOCOL[code ?? 0])
}
