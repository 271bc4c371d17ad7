import { Preview, Profile } from '@trainyard/contracts/dataset'
import type { ProfileClaim } from '@trainyard/contracts/internal'
import type { Logger } from '@trainyard/service-kit/log'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { persist } from './backoff.ts'
import type { Control } from './control.ts'
import type { DatasetApi, ProfileApi } from './dataset-api.ts'
import type { CachedFile, DatasetCache } from './dataset-cache.ts'
import type { Exit } from './host-protocol.ts'
import { createLease } from './lease.ts'
import { isPassing } from './platform-api.ts'
import { createReporter } from './reporter.ts'
import { type AttemptFolder, openInside, type Scratch } from './scratch.ts'
import type { TrainerHost } from './trainer-host.ts'
import type { Result } from './verdict.ts'

export type ProfileDeps = {
  datasets: DatasetApi
  host: TrainerHost
  cache: DatasetCache
  scratch: Scratch
  clock: () => number
  log: Logger
  memoryBytes: number
  limitSeconds: number
}
export type ClaimedProfile = { claim: ProfileClaim; sentAt: number }
type Finish = Parameters<ProfileApi['finish']>[0]
type Life = { result: Result | null; exit: Exit }

/** A profile is small; what is larger is refused by the service anyway. */
const PROFILE_BYTES = 3 * 2 ** 20
const PREVIEW_BYTES = 512 * 1024
const FILE_BYTES = 64 * 2 ** 20
/** One death may have a cause outside of the file. */
const TRIES = 2

/** One dataset's profile, by the reader that also trains. Never throws. */
export async function runProfile(
  { claim, sentAt }: ClaimedProfile,
  control: Control,
  slot: number,
  deps: ProfileDeps
) {
  const { cache, clock, scratch } = deps
  const log = deps.log.child({ dataset_id: claim.dataset_id, attempt: claim.attempt })
  const api = deps.datasets.attempt(claim)
  const lease = createLease(sentAt, claim.lease_seconds, clock)
  let freshUrl = claim.url
  const reporter = createReporter({
    post: async (_events, timeoutMs) => {
      const reply = await api.statusUpdate(timeoutMs)
      freshUrl = reply.url
      return reply
    },
    lease,
    clock,
    log,
    onStop: () => control.ask('stop'),
    onLost: control.lose
  })
  let folder: AttemptFolder | null = null
  let data: CachedFile | null = null
  try {
    folder = await scratch.create(`${claim.dataset_id}-${claim.attempt}`)
    data = await cache.acquire(claim.dataset, {
      // The one of the claim has expired when it is asked for again; each heartbeat brings another.
      url: async () => freshUrl,
      passing: isPassing,
      onDownload: () => log.debug('the file is fetched'),
      onTrouble: (err) => log.warn({ err }, 'the file could not be fetched; it is tried again'),
      signal: control.ending
    })
    const body = await profileFile(claim, data.path, folder.out, control, slot, deps)
    control.ending.throwIfAborted()
    await persist(() => api.finish(body), { signal: control.lost, passing: isPassing })
    log.info({ reason: body.error?.reason }, 'the profile is finished')
  } catch (err) {
    if (control.ending.aborted) log.info({ err }, 'the profile was given up; its lease runs out')
    else log.error({ err }, 'the profile failed in the worker; its lease runs out')
  } finally {
    reporter.close()
    data?.release()
    await folder?.remove()
  }
}

async function profileFile(
  claim: ProfileClaim,
  data: string,
  out: string,
  control: Control,
  slot: number,
  deps: ProfileDeps
): Promise<Finish> {
  for (let tries = 1; ; tries++) {
    const life = await runChild(claim, data, out, control, slot, deps)
    control.ending.throwIfAborted()
    const { result, exit } = life
    if (result?.outcome === 'succeeded') return readProfile(out).catch(unreadable)
    if (result) return invalid(result)
    if (exit.overdue) {
      return failed(`Reading the file took longer than ${deps.limitSeconds} s; upload a smaller one.`)
    }
    if (tries === TRIES) {
      const how = exit.signal ?? `code ${exit.code}`
      return failed(`The reader died twice on this file (${how}); check that it is what its name says.`)
    }
  }
}

async function runChild(
  { dataset_id, attempt, dataset, inflated_limit_bytes }: ProfileClaim,
  data: string,
  out: string,
  control: Control,
  slot: number,
  { host, memoryBytes, limitSeconds, log }: ProfileDeps
): Promise<Life> {
  let result: Result | null = null
  const run = await host.run(
    {
      id: `${dataset_id}-${attempt}`,
      slot,
      verb: 'profile',
      spec: null,
      data,
      format: dataset.format,
      gzip: dataset.gzip,
      out,
      resume: null,
      threads: 1,
      limits: {
        memory_bytes: memoryBytes,
        file_bytes: FILE_BYTES,
        seconds: limitSeconds,
        inflated_bytes: inflated_limit_bytes
      }
    },
    {
      event: (event) => {
        if (event.type === 'result') result ??= event
      },
      output: (line) => log.debug({ line: line.slice(0, 500) }, 'profile output')
    },
    control.ending
  )
  const kill = () => run.signal('KILL')
  control.ending.addEventListener('abort', kill)
  if (control.ending.aborted) kill()
  const exit = await run.exited
  control.ending.removeEventListener('abort', kill)
  return { result, exit }
}

async function readProfile(out: string): Promise<Finish> {
  const profile = await readJson(out, 'profile.json', PROFILE_BYTES, Profile)
  const preview = await readJson(out, 'preview.json', PREVIEW_BYTES, Preview)
  return { profile, preview, error: null }
}

/** A reader that says it succeeded and left no sound profile will do so again. */
const unreadable = (err: unknown): Finish =>
  failed(
    `The profile of this file cannot be used (${err instanceof Error ? err.message.slice(0, 200) : err}).`
  )

async function readJson<S extends TSchema>(out: string, name: string, limitBytes: number, schema: S) {
  const file = await openInside(out, name, limitBytes)
  try {
    return Value.Parse(schema, JSON.parse(await file.readFile('utf8'))) as Static<S>
  } finally {
    await file.close()
  }
}

const invalid = ({ invalid: error, message }: Result): Finish =>
  error ? { profile: null, preview: null, error } : failed(message ?? 'The file cannot be read.')

const failed = (message: string): Finish => ({
  profile: null,
  preview: null,
  error: { line: null, column: null, reason: 'profile_failed', message }
})
