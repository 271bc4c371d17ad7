import { randomBytes } from 'node:crypto'
import { freePort } from '@trainyard/stack/ports'
import { valkeyDefinition, valkeyUrl } from '@trainyard/stack/servers/valkey'
import { Redis } from 'ioredis'
import { printChoice } from './choice.ts'
import { startForProcess } from './embedded.ts'
import { once } from './once.ts'
import type { TestContext } from './test-context.ts'

/** Enough for every test of every test process of one run at once. */
export const testDatabases = 512

const leaseSeconds = 900

export type TestRedis = {
  /** Ends with the number of a logical database that no other test has. Channels are shared by all databases. */
  url: string
  client: Redis
}

async function embeddedUrl(): Promise<string> {
  const port = await freePort()
  const user = { name: 'test', password: randomBytes(16).toString('hex'), rules: '~* &* +@all' }
  await startForProcess(async (folder) =>
    valkeyDefinition({
      dataDir: `${folder}/valkey`,
      port,
      users: [user],
      env: process.env,
      databases: testDatabases,
      volatile: true
    })
  )
  return valkeyUrl(port, user)
}

/** TEST_REDIS_URL, else an embedded Valkey for this process. */
export const testRedisUrl = once(async () => {
  const given = process.env.TEST_REDIS_URL
  printChoice('Redis', given ? 'TEST_REDIS_URL' : 'embedded')
  return given || (await embeddedUrl())
})

function connect(url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: 3 })
  client.on('error', (error) => process.stderr.write(`# redis: ${error.message}\n`))
  return client
}

const leaseKey = (number: number) => `trainyard-test:database:${number}`

/** Database 0 holds the leases; a killed test's lease runs out. */
async function takeDatabase(zero: Redis): Promise<number> {
  const [, count = '16'] = (await zero.config('GET', 'databases')) as string[]
  for (let tries = 0; tries < Number(count); tries++) {
    const number = 1 + ((await zero.incr('trainyard-test:next')) % (Number(count) - 1))
    if (await zero.set(leaseKey(number), process.pid, 'EX', leaseSeconds, 'NX')) return number
  }
  throw new Error(`All ${count} databases of the test Redis are in use`)
}

/**
 * An empty logical database for this test, flushed and given back when it ends. BullMQ's keys stay apart this way
 * without a prefix, so that queues keep the names they have in production.
 */
export async function freshRedis(t: TestContext): Promise<TestRedis> {
  const server = await testRedisUrl()
  const zero = connect(onDatabase(server, 0))
  const number = await takeDatabase(zero)
  const url = onDatabase(server, number)
  const client = connect(url)
  await client.flushdb()
  t.teardown(async () => {
    if (client.status === 'ready') await client.flushdb()
    await zero.del(leaseKey(number))
    client.disconnect()
    zero.disconnect()
  })
  return { url, client }
}

function onDatabase(server: string, number: number): string {
  const url = new URL(server)
  url.pathname = `/${number}`
  return url.href
}
