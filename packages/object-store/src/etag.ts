/** The ETag header without quotes and weakness mark, or null. */
export function etagOf(headers: Record<string, string | string[] | undefined>): string | null {
  const { etag } = headers
  return typeof etag === 'string' ? etag.replace(/^W\//, '').replaceAll('"', '') || null : null
}

/**
 * The MD5 that an ETag is, in base64 as `Content-MD5` carries it, or null: the ETag of a multi-part object, or of an
 * encrypted one, is something else.
 */
export function md5OfEtag(etag: string): string | null {
  return /^[0-9a-f]{32}$/i.test(etag) ? Buffer.from(etag, 'hex').toString('base64') : null
}
