import { type DestinationStream, type Logger, pino } from 'pino'
import { errorFields } from './error-fields.ts'

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

/**
 * JSON lines with the level as a word, on stdout or into `destination`. Secrets are removed wherever their usual names
 * stand, to a depth of two.
 */
export const createLog = (name: string, level = 'info', destination = stdout): Logger =>
  pino(
    {
      name,
      // A level that is none is refused with the rest of the configuration; until then there must be a log to say so.
      level: level === 'silent' || level in pino.levels.values ? level : 'info',
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      hooks: {
        // Neither text nor fields: a line that a library was told not to write (see `listen`).
        logMethod(args, write) {
          if (args[0] !== '') write.apply(this, args)
        }
      },
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
