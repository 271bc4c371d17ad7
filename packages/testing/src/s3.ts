import { randomBytes } from 'node:crypto'
import { freePort } from '@trainyard/stack/ports'
import { s3Definition } from '@trainyard/stack/servers/s3'
import { Client } from 'minio'
import { printChoice } from './choice.ts'
import { startForProcess } from './embedded.ts'
import { once } from './once.ts'
import type { TestContext } from './test-context.ts'

export type TestStore = { url: string; region: string; accessKey: string; secretKey: string }
export type TestBucket = TestStore & { bucket: string }

const region = 'us-east-1'

async function embeddedStore(): Promise<TestStore> {
  const port = await freePort()
  const accessKey = randomBytes(8).toString('hex')
  const secretKey = randomBytes(24).toString('hex')
  await startForProcess(async (folder) =>
    s3Definition({
      name: 's3',
      dataDir: `${folder}/s3`,
      port,
      accessKey,
      secretKey,
      buckets: [],
      env: process.env
    })
  )
  return { url: `http://127.0.0.1:${port}`, region, accessKey, secretKey }
}

/** TEST_S3_URL with TEST_S3_ACCESS_KEY, TEST_S3_SECRET_KEY (and TEST_S3_REGION), else an embedded server. */
export const testStore = once(async (): Promise<TestStore> => {
  const { TEST_S3_URL: url, TEST_S3_ACCESS_KEY, TEST_S3_SECRET_KEY, TEST_S3_REGION } = process.env
  printChoice('S3', url ? 'TEST_S3_URL' : 'embedded')
  if (!url) return embeddedStore()
  if (!TEST_S3_ACCESS_KEY || !TEST_S3_SECRET_KEY) {
    throw new Error('TEST_S3_URL needs TEST_S3_ACCESS_KEY and TEST_S3_SECRET_KEY beside it')
  }
  return {
    url,
    region: TEST_S3_REGION || region,
    accessKey: TEST_S3_ACCESS_KEY,
    secretKey: TEST_S3_SECRET_KEY
  }
})

async function emptyBucket(client: Client, bucket: string) {
  const names: string[] = []
  for await (const item of client.listObjectsV2(bucket, '', true)) names.push(item.name)
  for (const name of names) await client.removeObject(bucket, name)
}

/** An empty bucket for this test, removed with everything in it when the test ends. */
export async function freshBucket(t: TestContext): Promise<TestBucket> {
  const store = await testStore()
  const { hostname, port, protocol } = new URL(store.url)
  const useSSL = protocol === 'https:'
  const client = new Client({
    endPoint: hostname,
    port: port ? Number(port) : useSSL ? 443 : 80,
    useSSL,
    accessKey: store.accessKey,
    secretKey: store.secretKey,
    region: store.region
  })
  const bucket = `test-${process.pid}-${randomBytes(6).toString('hex')}`
  await client.makeBucket(bucket, store.region)
  t.teardown(async () => {
    await emptyBucket(client, bucket)
    await client.removeBucket(bucket).catch((error: unknown) => {
      // rclone keeps the folder of an upload that was aborted and calls the bucket not empty; no call removes it.
      if (!(error instanceof Error && 'code' in error && error.code === 'BucketNotEmpty')) throw error
    })
  })
  return { ...store, bucket }
}
