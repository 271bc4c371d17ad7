import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startChild } from '@trainyard/stack/processes/child'
import { valkeyDefinition, valkeyUrl } from '@trainyard/stack/servers/valkey'
import { Redis } from 'ioredis'
import t from 'tap'
import { freePort } from '../src/ports.ts'

const folder = mkdtempSync(join(tmpdir(), 'trainyard valkey '))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const port = await freePort()
const admin = { name: 'admin', password: 'a', rules: '~* &* +@all' }
const job = { name: 'job', password: 'j', rules: 'resetchannels ~bull:* +@all -@admin -@dangerous +info' }

async function server() {
  const lines: string[] = []
  const definition = valkeyDefinition({ dataDir: folder, port, users: [admin, job], env: process.env })
  const child = await startChild(definition, { onLine: (line) => lines.push(line) })
  return { child, lines }
}

t.test(
  'what a script wrote as one transaction is there after a restart, and strangers may do nothing',
  async (t) => {
    const first = await server()
    const client = new Redis(valkeyUrl(port, job))
    await client.eval(
      'redis.call("set", KEYS[1], "1") redis.call("rpush", KEYS[2], "x", "y")',
      2,
      'bull:a',
      'bull:b'
    )
    await client.multi().set('bull:c', '3').set('bull:d', '4').exec()
    client.disconnect()
    await first.child.stop()

    const second = await server()
    t.teardown(() => second.child.stop())
    t.strictSame(
      second.lines.filter((line) => /critical|noperm/i.test(line)),
      [],
      'it reads its own file without a refusal'
    )
    const again = new Redis(valkeyUrl(port, job))
    t.teardown(() => again.disconnect())
    t.strictSame(await again.mget('bull:a', 'bull:c', 'bull:d'), ['1', '3', '4'])
    t.strictSame(await again.lrange('bull:b', 0, -1), ['x', 'y'])

    const stranger = connect(port, '127.0.0.1')
    const asked = [
      'GET bull:a',
      'AUTH default ""',
      'AUTH default default',
      'AUTH ""',
      'HELLO 3',
      'GET bull:a',
      'QUIT'
    ]
    stranger.write(asked.map((line) => `${line}\r\n`).join(''))
    const replies = (await text(stranger)).trim().split('\r\n')
    t.match(replies, ['-NOAUTH', '-WRONGPASS', '-WRONGPASS', '-WRONGPASS', '-NOAUTH', '-NOAUTH', '+OK'])
  }
)
