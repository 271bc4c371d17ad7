import { createHash, randomUUID } from 'node:crypto'

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
export const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('base64')

type Grant = { key: string; method: 'GET' | 'PUT'; md5: string | null }

/** Objects by key behind URLs that are granted one by one, with the checks that an S3 store makes. */
export function objectStore() {
  const objects = new Map<string, Buffer>()
  const grants = new Map<string, Grant>()
  const faults = { refuseNext: 0, away: false }
  const traffic: { method: string; key: string; status: number }[] = []

  function answer(method: string, path: string, body: Buffer, contentMd5: string | undefined) {
    const grant = grants.get(path)
    const done = (status: number, content: Buffer = Buffer.alloc(0)) => {
      traffic.push({ method, key: grant?.key ?? path, status })
      return { status, content }
    }
    if (faults.away) return done(503)
    if (faults.refuseNext > 0) {
      faults.refuseNext--
      return done(403)
    }
    if (!grant || grant.method !== method) return done(403)
    if (method === 'GET') {
      const object = objects.get(grant.key)
      return object ? done(200, object) : done(404)
    }
    if (contentMd5 !== grant.md5 || md5(body) !== contentMd5) return done(400)
    objects.set(grant.key, body)
    return done(200)
  }
  return {
    objects,
    faults,
    traffic,
    answer,
    grant: (grant: Grant) => {
      const path = `/store/${randomUUID()}`
      grants.set(path, grant)
      return path
    }
  }
}
export type TestStore = ReturnType<typeof objectStore>
