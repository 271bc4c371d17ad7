import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@trainyard/stack/ports'
import { type Child, startChild } from '@trainyard/stack/processes/child'
import { postgresAdmin, postgresDefinition, postgresUrl } from '@trainyard/stack/servers/postgres'
import { s3Definition } from '@trainyard/stack/servers/s3'
import { valkeyDefinition, valkeyUrl } from '@trainyard/stack/servers/valkey'
import { testDatabases } from '../redis.ts'

const word = () => randomBytes(20).toString('hex')

/** One Postgres, Valkey and S3 server for all test files, as the environment that leads the test helpers to them. */
export async function startSharedServers(env: NodeJS.ProcessEnv) {
  const dataDir = mkdtempSync(join(tmpdir(), 'trainyard-tests-'))
  const [postgres, valkey, s3] = [await freePort(), await freePort(), await freePort()]
  const password = word()
  const user = { name: 'test', password: word(), rules: '~* &* +@all' }
  const keys = { accessKey: word(), secretKey: word() }
  const at = (name: string) => join(dataDir, name)
  const definitions = [
    postgresDefinition({ dataDir: at('postgres'), port: postgres, password, env, volatile: true }),
    valkeyDefinition({
      dataDir: at('valkey'),
      port: valkey,
      users: [user],
      env,
      databases: testDatabases,
      volatile: true
    }),
    s3Definition({ name: 's3', dataDir: at('s3'), port: s3, ...keys, buckets: [], env })
  ]
  const started = await Promise.allSettled(definitions.map((definition) => startChild(definition)))
  const children = started.flatMap((one): Child[] => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()))
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  const failed = started.find((one) => one.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  return {
    env: {
      TEST_POSTGRES_URL: postgresUrl(postgres, postgresAdmin, password, 'postgres'),
      TEST_REDIS_URL: valkeyUrl(valkey, user),
      TEST_S3_URL: `http://127.0.0.1:${s3}`,
      TEST_S3_ACCESS_KEY: keys.accessKey,
      TEST_S3_SECRET_KEY: keys.secretKey
    },
    stop
  }
}
