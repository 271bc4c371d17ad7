import { createHash } from 'node:crypto'
import { fail } from '@trainyard/service-kit/errors'
import { type Database, type Db, inTransaction } from '@trainyard/service-kit/postgres'
import { countTry, forgetTries, uncountTry } from './db/throttles.ts'

/** Tries within an hour before waiting begins. */
const FREE = { pair: 5, pairUnderAttack: 1, address: 50, register: 300, password: 5, secret: 50 }
/** Wrong tries on one account, from anywhere, after which it counts as under attack. */
const ATTACK = 20
const NEVER = 1_000_000_000

type Admitted = { succeeded: () => Promise<void> }

export type Throttle = {
  /** Before a password is looked at; 429 with the seconds to wait. Call `succeeded` when it was right. */
  login: (email: string, network: string) => Promise<Admitted>
  register: (network: string) => Promise<void>
  password: (userId: string) => Promise<Admitted>
  /** After a refresh or set-up token turned out wrong: 256 bits need no waiting before, only the flood does. */
  wrongSecret: (network: string) => Promise<void>
}

/**
 * Growing delay in Postgres, so that all replicas count together and a restart forgets nothing; with the
 * database away these calls fail, and nobody signs in unthrottled.
 *
 * A sign-in counts against the account, the network it comes from, and the pair of both. Only network and
 * pair can block. Were the account itself blocked, anybody could lock its owner out; instead an account
 * under attack leaves each network one free try in place of five, so an attacker needs a new network for
 * every guess, while the owner signs in from elsewhere at once.
 */
export function createThrottle(db: Database): Throttle {
  return {
    login: async (email, network) => {
      const account = createHash('sha256').update(email).digest('base64url')
      const keys = {
        account: `login:account:${account}`,
        network: `login:network:${network}`,
        pair: `login:pair:${account}:${network}`
      }
      // Always in this order, so that two transactions never wait for each other.
      await inTransaction(db, async (tx) => {
        const tries = await admit(tx, keys.account, NEVER)
        await admit(tx, keys.network, FREE.address)
        await admit(tx, keys.pair, tries > ATTACK ? FREE.pairUnderAttack : FREE.pair)
      })
      return {
        succeeded: () =>
          inTransaction(db, async (tx) => {
            await uncountTry(tx, keys.account)
            await uncountTry(tx, keys.network)
            await forgetTries(tx, [keys.pair])
          })
      }
    },
    register: async (network) => {
      await admit(db, `register:network:${network}`, FREE.register)
    },
    password: async (userId) => {
      const key = `password:${userId}`
      await admit(db, key, FREE.password)
      return {
        succeeded: async () => {
          await forgetTries(db, [key])
        }
      }
    },
    wrongSecret: async (network) => {
      await admit(db, `secret:network:${network}`, FREE.secret)
    }
  }
}

async function admit(tx: Db, key: string, free: number) {
  const counted = await countTry(tx, key, free)
  if ('wait' in counted) throw fail('TOO_MANY_REQUESTS', { retryAfter: counted.wait })
  return counted.tries
}
