import type { FastifyBaseLogger } from 'fastify'
import { Type } from 'typebox'
import { sendError } from './error-handler.ts'
import { fail } from './errors.ts'
import type { App } from './server.ts'

type Checks = Record<string, () => Promise<unknown>>
type Failure = { name: string; reason: string }

const open = { access: 'public', callers: 'anyone' } as const

/** Processes come up side by side and need one another: so long after its start a process waits for others, and that is no news. */
const START_MS = 30_000

/** `/healthz`: the process answers. `/readyz`: so does everything it needs, each within 2 s. */
export function health(app: App, { checks, startMs = START_MS }: { checks: Checks; startMs?: number }) {
  app.get('/healthz', { config: open, schema: { hide: true, operationId: 'healthz' } }, async () => ({
    ok: true
  }))
  const say = readinessNews(performance.now() + startMs)
  app.get(
    '/readyz',
    {
      config: open,
      schema: { hide: true, operationId: 'readyz', response: { 200: Type.Object({ ready: Type.Boolean() }) } }
    },
    async (req, reply) => {
      const failures = await failing(checks)
      const names = failures.map(({ name }) => name).join(', ')
      say(req.log, names, failures)
      if (names === '') return { ready: true }
      const message = `Not ready: ${names}.`
      return sendError(req, reply, fail('UNAVAILABLE', { message }))
    }
  )
}

/** Asked every few seconds; said when it changes. */
function readinessNews(startEnds: number) {
  let before = ''
  let wasReady = false
  return (log: FastifyBaseLogger, names: string, failures: Failure[]) => {
    const isStart = !wasReady && performance.now() < startEnds
    const now = names && `${isStart ? 'still waiting' : 'missing'}: ${names}`
    wasReady ||= names === ''
    if (now === before) return
    before = now
    if (names === '') log.info('everything that is needed answers')
    else if (isStart) log.debug({ failures }, 'not ready yet')
    else log.warn({ failures }, 'not ready')
  }
}

async function failing(checks: Checks): Promise<Failure[]> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await within(2_000, check())
        return []
      } catch (err) {
        return [{ name, reason: err instanceof Error ? err.message : String(err) }]
      }
    })
  )
  return results.flat()
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
