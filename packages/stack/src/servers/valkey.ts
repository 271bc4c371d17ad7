import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { writePrivate } from '../data-folder.ts'
import { withDeathSignal } from '../processes/death-signal.ts'
import { type ProcessDefinition, stopRanks } from '../processes/definition.ts'
import { valkeyBinary } from './binaries.ts'
import { baseEnvironment } from './environment.ts'

/** `rules` in the words of the ACL language: `~bull:* &job:* +@all -@dangerous`. */
export type ValkeyUser = { name: string; password: string; rules: string }

export type ValkeyOptions = {
  dataDir: string
  port: number
  users: ValkeyUser[]
  env: NodeJS.ProcessEnv
  databases?: number
  /** For tests: nothing is written to disk. */
  volatile?: boolean
}

/** `redis://` URL of the embedded server for one of its users. */
export function valkeyUrl(port: number, user: Pick<ValkeyUser, 'name' | 'password'>, database = 0): string {
  return `redis://${user.name}:${user.password}@127.0.0.1:${port}/${database}`
}

/**
 * The file holds hashes, not passwords. Nobody can be the anonymous user, who is off and has no password; yet at a
 * start the server reads its own file as that user, and what that one may not do is lost: every transaction.
 */
function aclFile(users: ValkeyUser[]): string {
  const lines = users.map(({ name, password, rules }) => {
    const hash = createHash('sha256').update(password).digest('hex')
    return `user ${name} on #${hash} ${rules}`
  })
  const anonymous = users.some(({ name }) => name === 'default') ? [] : ['user default off ~* &* +@all']
  return [...anonymous, ...lines, ''].join('\n')
}

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

function configFile(options: ValkeyOptions, acl: string): string {
  const persistence = options.volatile
    ? ['appendonly no']
    : ['appendonly yes', 'appendfsync everysec', 'aof-load-truncated yes']
  return [
    'bind 127.0.0.1',
    `port ${options.port}`,
    'protected-mode yes',
    `dir ${quoted(options.dataDir)}`,
    `aclfile ${quoted(acl)}`,
    `databases ${options.databases ?? 1}`,
    // Losing a queue message silently is worse than refusing a new one.
    'maxmemory-policy noeviction',
    'save ""',
    ...persistence,
    ''
  ].join('\n')
}

/** PING as `user` over a plain socket; false while the server still loads its file. */
function pings(port: number, user: ValkeyUser, signal: AbortSignal): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1', signal })
    let reply = ''
    socket.once('error', () => done(false))
    socket.once('close', () => done(false))
    socket.on('data', (chunk) => {
      reply += chunk
      if (reply.split('\r\n').length < 3) return
      done(reply.startsWith('+OK\r\n+PONG'))
      socket.destroy()
    })
    socket.write(`AUTH ${user.name} ${user.password}\r\nPING\r\n`)
  })
}

/** Valkey (or Redis ≥ 6.2) on 127.0.0.1 with one ACL user per service. The first user checks readiness. */
export function valkeyDefinition(options: ValkeyOptions): ProcessDefinition {
  const acl = join(options.dataDir, 'users.acl')
  const config = join(options.dataDir, 'valkey.conf')
  const [first] = options.users
  if (!first) throw new Error('Valkey needs at least one user')
  return {
    name: 'valkey',
    prepare: async () => {
      mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
      writePrivate(acl, aclFile(options.users))
      writePrivate(config, configFile(options, acl))
    },
    launch: () => ({
      ...withDeathSignal('TERM', valkeyBinary(options.env.PATH ?? ''), [config]),
      env: baseEnvironment(options.env),
      cwd: options.dataDir
    }),
    ready: (signal) => pings(options.port, first, signal),
    readyLimitMs: 60_000,
    stopSignal: 'SIGTERM',
    stopLimitMs: 10_000,
    stopRank: stopRanks.stores
  }
}
