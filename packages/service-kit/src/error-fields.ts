import { AppError } from './errors.ts'

/**
 * What the log says of an error. Only these fields: errors of HTTP and database clients carry requests, URLs,
 * connection strings, and the text of a query with everybody's data in it.
 */
export function errorFields(err: unknown): unknown {
  return fieldsOf(err, false)
}

function fieldsOf(err: unknown, brief: boolean): unknown {
  if (!(err instanceof Error)) return typeof err === 'object' ? '[object]' : err
  // A refusal with a code is no surprise: where in the code it was said helps nobody.
  const expected = brief || (err instanceof AppError && err.code !== 'INTERNAL')
  const stack = expected ? undefined : frames(err)
  // Drizzle's own error is the query and its parameters; the server's answer is its cause.
  if (isQueryError(err)) return { ...(fieldsOf(err.cause, true) as object), stack }
  return {
    name: err.name,
    message: hideUrls(err.message),
    code: textOf(err, 'code'),
    constraint: textOf(err, 'constraint'),
    stack,
    cause: err.cause === undefined ? undefined : fieldsOf(err.cause, expected)
  }
}

const isQueryError = (err: Error): err is Error & { cause: Error } =>
  'query' in err && 'params' in err && err.cause instanceof Error

function textOf(err: Error, key: 'code' | 'constraint') {
  const value = (err as Partial<Record<typeof key, unknown>>)[key]
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

/** The stack without the message that it begins with. */
function frames({ stack, message }: Error) {
  if (!stack) return undefined
  const start = stack.indexOf(message)
  const rest = start < 0 ? stack : stack.slice(start + message.length)
  return hideUrls(rest.replace(/^\s+/, ''))
}

/** Presigned queries and passwords in URLs do not reach the log. */
const hideUrls = (text: string) =>
  text.replace(/(\w+:\/\/)[^\s/@]+@/g, '$1[removed]@').replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?[removed]')
