import { createHmac, timingSafeEqual } from 'node:crypto'

export const LINK_SECONDS = 300
const prefix = 'd_'
const idBytes = 16
const bodyBytes = 2 * idBytes + 6
const signatureBytes = 32

export type LinkTarget = { id: string; workspaceId: string }

const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex')
const uuidOf = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
const signature = (secret: Uint8Array, body: Buffer) =>
  createHmac('sha256', secret).update('dataset link').update(body).digest()

/** `d_` and, in base64url, dataset, workspace, the second it ends, and an HMAC-SHA-256 over them. */
export function makeLinkToken(
  secret: Uint8Array,
  { id, workspaceId }: LinkTarget,
  expiresAt: number
): string {
  const ends = Buffer.alloc(6)
  ends.writeUIntBE(expiresAt, 0, 6)
  const body = Buffer.concat([bytesOf(id), bytesOf(workspaceId), ends])
  return prefix + Buffer.concat([body, signature(secret, body)]).toString('base64url')
}

/** What an unexpired token of ours opens, or null. `now` in seconds since 1970. */
export function readLinkToken(secret: Uint8Array, token: string, now: number): LinkTarget | null {
  if (!token.startsWith(prefix)) return null
  const bytes = Buffer.from(token.slice(prefix.length), 'base64url')
  if (bytes.length !== bodyBytes + signatureBytes) return null
  // One token, one spelling: the decoder would also take others.
  if (bytes.toString('base64url') !== token.slice(prefix.length)) return null
  const body = bytes.subarray(0, bodyBytes)
  if (!timingSafeEqual(bytes.subarray(bodyBytes), signature(secret, body))) return null
  if (body.readUIntBE(2 * idBytes, 6) <= now) return null
  return { id: uuidOf(body.subarray(0, idBytes)), workspaceId: uuidOf(body.subarray(idBytes, 2 * idBytes)) }
}
