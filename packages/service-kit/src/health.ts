import { Type } from 'typebox'
import { sendError } from './error-handler.ts'
import { fail } from './errors.ts'
import type { App } from './server.ts'

type Checks = Record<string, () => Promise<unknown>>

const open = { access: 'public', callers: 'anyone' } as const

/** `/healthz`: the process answers. `/readyz`: so does everything it needs, each within 2 s. */
export function health(app: App, { checks }: { checks: Checks }) {
  app.get('/healthz', { config: open, schema: { hide: true, operationId: 'healthz' } }, async () => ({
    ok: true
  }))
  // Asked every few seconds: said when it changes.
  let missing = ''
  app.get(
    '/readyz',
    {
      config: open,
      schema: { hide: true, operationId: 'readyz', response: { 200: Type.Object({ ready: Type.Boolean() }) } }
    },
    async (req, reply) => {
      const failures = await failing(checks)
      const names = failures.map(({ name }) => name).join(', ')
      if (names !== missing) {
        if (names) req.log.warn({ failures }, 'not ready')
        else req.log.info('ready again')
        missing = names
      }
      if (names === '') return { ready: true }
      const message = `Not ready: ${names}.`
      return sendError(req, reply, fail('UNAVAILABLE', { message }))
    }
  )
}

async function failing(checks: Checks) {
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
