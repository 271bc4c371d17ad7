import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'refresh_token',
  'secret',
  'key',
  'ticket'
]

/**
 * Not pino's own writer for stdout: when the reader of the pipe is gone, that one writes again every 100 ms for ever in
 * the last flush, and a process whose supervisor was killed never ends. A failed write here is an `error` of the
 * stream, which is a reason to stop.
 */
const stdout: DestinationStream = { write: (line) => void process.stdout.write(line) }

/** JSON lines on stdout, or into `destination`. Secrets are removed wherever their usual names stand, to a depth of two. */
export const createLog = (name: string, level = 'info', destination = stdout): Logger =>
  pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          ...SECRET_KEYS,
          ...SECRET_KEYS.map((key) => `*.${key}`),
          'headers["set-cookie"]',
          'req.headers.authorization',
          'req.headers.cookie',
          'res.headers["set-cookie"]'
        ],
        censor: '[removed]'
      },
      serializers: { err: errorFields, cause: errorFields }
    },
    destination
  )

/** Only these fields: errors of HTTP and database clients carry requests, URLs and connection strings. */
function errorFields(err: unknown): unknown {
  if (!(err instanceof Error)) return typeof err === 'object' ? '[object]' : err
  const { name, message, stack } = err
  const code = 'code' in err ? err.code : undefined
  const cause = err.cause === undefined ? undefined : errorFields(err.cause)
  return { name, message: hideUrls(message), code, stack: stack && hideUrls(stack), cause }
}

/** Presigned queries and passwords in URLs do not reach the log. */
const hideUrls = (text: string) =>
  text.replace(/(\w+:\/\/)[^\s/@]+@/g, '$1[removed]@').replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?[removed]')
