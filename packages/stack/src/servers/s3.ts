import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { withDeathSignal } from '../processes/death-signal.ts'
import { type ProcessDefinition, stopRanks } from '../processes/definition.ts'
import { rcloneBinary } from './binaries.ts'
import { baseEnvironment } from './environment.ts'

export type S3Options = {
  name: string
  /** Each folder in it is a bucket. */
  dataDir: string
  port: number
  accessKey: string
  secretKey: string
  /** Made before the start. */
  buckets: string[]
  env: NodeJS.ProcessEnv
}

/** Parts of uploads that a killed process left: no S3 call ever lists or removes them. They lie beside their objects. */
function removeUnfinishedUploads(dataDir: string) {
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (entry.name.startsWith('.rclone_temp_multipart_')) {
      rmSync(join(entry.parentPath, entry.name), { recursive: true, force: true })
    }
  }
}

async function answers(port: number, signal: AbortSignal): Promise<boolean> {
  const reply = await fetch(`http://127.0.0.1:${port}/`, { signal })
  await reply.arrayBuffer()
  // A stranger is refused. A 200 would mean that the key did not take: then it must not serve.
  return reply.status >= 400 && reply.status < 500
}

/**
 * An S3 server over a folder. One process, one key, one service: a second key of the same process would read every
 * bucket of it. The key travels in the environment, never on the command line.
 */
export function s3Definition(options: S3Options): ProcessDefinition {
  return {
    name: options.name,
    prepare: async () => {
      for (const bucket of options.buckets) {
        mkdirSync(join(options.dataDir, bucket), { recursive: true, mode: 0o700 })
      }
      mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
      removeUnfinishedUploads(options.dataDir)
    },
    launch: () => ({
      ...withDeathSignal('TERM', rcloneBinary(options.env.PATH ?? ''), [
        ...['serve', 's3', '--addr', `127.0.0.1:${options.port}`, '--config', '', '--log-level', 'NOTICE'],
        options.dataDir
      ]),
      env: {
        ...baseEnvironment(options.env),
        RCLONE_AUTH_KEY: `"${options.accessKey},${options.secretKey}"`,
        GOMEMLIMIT: '40MiB',
        GOGC: '50'
      },
      cwd: options.dataDir
    }),
    ready: (signal) => answers(options.port, signal),
    readyLimitMs: 30_000,
    stopSignal: 'SIGTERM',
    stopLimitMs: 10_000,
    stopRank: stopRanks.stores
  }
}
