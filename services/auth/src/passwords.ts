import { fail } from '@trainyard/service-kit/errors'
import { argon2id, hash, needsRehash, verify } from 'argon2'

export type HashParameters = { memoryCost: number; timeCost: number; parallelism: number }

/** OWASP's Password Storage cheat sheet: Argon2id with 19 MiB, two passes, one lane. `memoryCost` is in KiB. */
export const HASH_PARAMETERS: HashParameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export type Passwords = {
  hash: (password: string) => Promise<string>
  /** Without a stored hash it takes as long as with one, and says no. */
  verify: (stored: string | undefined, password: string) => Promise<boolean>
  needsRehash: (stored: string) => boolean
}

type Limits = { running?: number; waiting?: number }

/**
 * Argon2id in libuv's threads. Two at once leave the other threads to files and look-ups; who would have
 * to wait behind `waiting` others is sent away with 503, so that a flood of sign-ins cannot pile up.
 */
export async function createPasswords(
  parameters = HASH_PARAMETERS,
  { running = 2, waiting = 256 }: Limits = {}
): Promise<Passwords> {
  const turn = queue(running, waiting)
  const make = (password: string) => hash(bytesOf(password), { type: argon2id, ...parameters })
  const dummy = await make('nobody has this password')
  return {
    hash: (password) => turn(() => make(password)),
    verify: (stored, password) =>
      turn(async () => (await verify(stored ?? dummy, bytesOf(password))) && stored !== undefined),
    needsRehash: (stored) => !stored.startsWith('$argon2id$') || needsRehash(stored, parameters)
  }
}

/** One spelling of a character, whichever keyboard made it; the whole password counts, however long. */
const bytesOf = (password: string) => Buffer.from(password.normalize('NFC'), 'utf8')

function queue(limit: number, most: number) {
  const waiters: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= limit) {
      if (waiters.length >= most) throw fail('UNAVAILABLE', { retryAfter: 3 })
      // Whoever leaves hands its place over, so the count does not change.
      await new Promise<void>((resolve) => waiters.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiters.shift()
      if (next) next()
      else running--
    }
  }
}
