import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { LIMITS } from '@trainyard/contracts/platform'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawServerDefault
} from 'fastify'
import { Settings } from 'typebox/system'
import { answerOddHeaders, clientErrors } from './client-errors.ts'
import { errorHandling, sendError } from './error-handler.ts'
import { fail } from './errors.ts'
import { parseJson } from './json.ts'
import type { Logger } from './log.ts'
import { MAX_FAULTS, validatorCompiler } from './validator.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

type Options = {
  log: Logger
  bodyLimit?: number
  maxKeys?: number
  trustProxy?: string | false
  /** How long the headers of a request may take to arrive. */
  headersMs?: number
}

/**
 * The one set of Fastify options, the same in production and in tests: nothing is coerced but query strings
 * and parameters, nothing unknown is dropped in silence, every wait has an end.
 */
export function createServer({
  log,
  bodyLimit = LIMITS.bodyBytes,
  maxKeys,
  trustProxy = false,
  headersMs = 20_000
}: Options): App {
  const odd = clientErrors(log)
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    frameworkErrors: (err, req, reply) =>
      sendError(req, reply, fail(err.code === 'FST_ERR_BAD_URL' ? 'NOT_FOUND' : 'BAD_REQUEST')),
    genReqId: (req) => requestId(req.headers['x-request-id']),
    bodyLimit,
    trustProxy,
    // As long as a request line may be: an id that is too long is an id that does not exist.
    routerOptions: { maxParamLength: 16_384 },
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    clientErrorHandler: odd.handler,
    http: {
      headersTimeout: headersMs,
      connectionsCheckingInterval: headersMs / 4,
      requestTimeout: 0,
      requireHostHeader: false
    },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    // What can be read can be asked for its headers (RFC 9110 §9.3.2).
    exposeHeadRoutes: true
  }).withTypeProvider<TypeBoxTypeProvider>()
  Settings.Set({ maxErrors: MAX_FAULTS })
  app.setValidatorCompiler(validatorCompiler)
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_req: unknown, body: string | Buffer) =>
      body.length === 0 ? undefined : parseJson(body.toString(), { maxKeys })
  )
  errorHandling(app)
  odd.watch(app)
  requestLog(app)
  answerOddHeaders(app)
  return app
}

/** Starts to listen; port 0 takes a free one. Gives the port. */
export async function listen(app: App, { host, port }: { host: string; port: number }) {
  // The process itself says where it listens, once for both ports.
  await app.listen({ host, port, backlog: 1_024, listenTextResolver: () => '' })
  return (app.server.address() as AddressInfo).port
}

/** A caller may give an id so that one request is followed over several services; nothing else is taken over. */
const requestId = (given: string | string[] | undefined) =>
  typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()

/** Asked every few seconds by other processes as long as they run: with this status the answer is no news. */
const POLLED: Record<string, number> = {
  revocations: 200,
  statusUpdate: 200,
  renewProfile: 200,
  claim: 204,
  claimProfile: 204
}

/** One line a request, made of fields; also for requests that the client gave up. Health checks are quiet. */
function requestLog(app: App) {
  app.addHook('onRequest', async (req, reply) => {
    const operation = req.routeOptions.schema?.operationId ?? req.routeOptions.url ?? 'unknown'
    const started = performance.now()
    reply.header('x-request-id', req.id)
    const isQuiet = operation === 'healthz' || operation === 'readyz' || operation === 'metrics'
    reply.raw.once('close', () => {
      if (isQuiet && !req.failure) return
      const fields = {
        operation,
        method: req.method,
        status: reply.raw.writableFinished ? reply.statusCode : undefined,
        aborted: reply.raw.writableFinished ? undefined : true,
        ms: Math.round(performance.now() - started),
        user_id: req.user?.sub,
        ...req.failure
      }
      if (reply.statusCode === 503) req.log.warn(fields, 'request failed')
      else if (reply.statusCode >= 500) req.log.error(fields, 'request failed')
      else if (POLLED[operation] === reply.statusCode) req.log.debug(fields, 'request')
      else req.log.info(fields, 'request')
    })
  })
}
