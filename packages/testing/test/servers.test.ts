import { once } from 'node:events'
import { connect } from 'node:net'
import { Redis } from 'ioredis'
import { Client } from 'minio'
import pg from 'pg'
import t from 'tap'
import { eventually } from '../src/eventually.ts'
import { faultProxy } from '../src/fault-proxy.ts'
import { leaks } from '../src/leaks.ts'
import { freshDatabase, freshPool } from '../src/postgres.ts'
import { freshRedis } from '../src/redis.ts'
import { freshBucket } from '../src/s3.ts'

async function migrate(url: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table job.things (id int primary key)')
  await client.end()
}

t.test('every test gets a migrated database of its own, with the roles of production', async (t) => {
  const one = await freshDatabase(t, migrate)
  const two = await freshPool(t, migrate)
  await one.pool.query('insert into job.things values (1)')
  t.equal((await two.query('select * from job.things')).rowCount, 0, 'what one writes the other does not see')
  const job = new pg.Client({ connectionString: one.urlAs('ty_job') })
  await job.connect()
  t.equal((await job.query('select * from job.things')).rowCount, 1, "the service's role reads its schema")
  await t.rejects(job.query('create table job.more (id int)'), { code: '42501' }, 'and has no DDL rights')
  await job.end()
  const auth = new pg.Client({ connectionString: one.urlAs('ty_auth') })
  await auth.connect()
  await t.rejects(
    auth.query('select * from job.things'),
    { code: '42501' },
    "another service's role does not"
  )
  await auth.end()
})

t.test('every test gets an empty Redis database', async (t) => {
  const [one, two] = [await freshRedis(t), await freshRedis(t)]
  await one.client.set('bull:train:id', '7')
  t.equal(await two.client.get('bull:train:id'), null)
  t.not(one.url, two.url)
  const other = new Redis(one.url)
  t.equal(await other.get('bull:train:id'), '7', 'the URL leads to the same database')
  other.disconnect()
})

t.test('every test gets an empty bucket, removed with its content', async (t) => {
  const { url, bucket, ...keys } = await freshBucket(t)
  const { hostname, port } = new URL(url)
  const client = new Client({ endPoint: hostname, port: Number(port), useSSL: false, ...keys })
  await client.putObject(bucket, 'a/b.txt', 'hello')
  t.equal((await client.statObject(bucket, 'a/b.txt')).size, 5)
  t.equal((await fetch(`${url}/${bucket}/a/b.txt`)).ok, false, 'a stranger reads nothing')
})

t.test('the proxy passes, delays, drops, cuts and resets', async (t) => {
  const { createServer } = await import('node:net')
  const echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
  await new Promise<void>((done) => echo.listen(0, '127.0.0.1', done))
  t.teardown(() => new Promise((done) => echo.close(done)))
  const proxy = await faultProxy(t, (echo.address() as { port: number }).port)
  const open = async () => {
    const socket = connect(proxy.port, '127.0.0.1')
    const state = { socket, got: '', error: '', closed: false }
    socket.on('data', (chunk) => {
      state.got += chunk
    })
    socket.on('error', (error) => {
      state.error = (error as NodeJS.ErrnoException).code ?? ''
    })
    socket.on('close', () => {
      state.closed = true
    })
    await once(socket, 'connect')
    return state
  }
  const one = await open()
  one.socket.write('hello')
  await eventually(() => one.got === 'hello')
  proxy.delay(60)
  const start = performance.now()
  one.socket.write('!')
  await eventually(() => one.got === 'hello!')
  t.ok(performance.now() - start >= 100, 'delay holds both directions back')
  proxy.delay(0)
  proxy.set('drop')
  one.socket.write('lost')
  proxy.set('drop')
  await t.rejects(
    eventually(() => one.got.includes('lost') || one.closed, 100),
    'dropped bytes never come and the connection stays open'
  )
  proxy.set('pass')
  proxy.cutAfter(3)
  const two = await open()
  two.socket.write('abcdef')
  await eventually(() => two.closed)
  t.ok(two.got.length <= 3, 'a cut connection carries no more than it may')
  proxy.cutAfter(undefined)
  proxy.set('reset')
  await eventually(() => one.closed)
  t.equal(one.error, 'ECONNRESET')
  t.equal(proxy.connections(), 0)
})

t.test('what is left open is named', async (t) => {
  const nothingLeft = leaks()
  const timer = setTimeout(() => undefined, 60_000)
  await t.rejects(nothingLeft(100), { message: /Left open: 1 Timeout/ })
  clearTimeout(timer)
  await nothingLeft()
})
