import type { FastifySchemaCompiler } from 'fastify'
import { IsOptional, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { ShapeError } from './error-handler.ts'
import { faultsToDetails } from './schema-faults.ts'

/** More than the fields that a refusal names, since a union has a fault for each of its branches; the library's own limit is 8. */
export const MAX_FAULTS = 400

/**
 * Bodies are checked as they came. Query strings, parameters and headers are text by nature: they get their
 * defaults and are converted first. A body that is optional may be absent.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  const mayBeAbsent = IsOptional(schema)
  return (given: unknown) => {
    if (mayBeAbsent && (given === undefined || given === null)) return { value: undefined }
    const value = httpPart === 'body' ? given : convert(schema, given)
    if (compiled.Check(value)) return { value }
    return { error: new ShapeError(faultsToDetails(schema, value, compiled.Errors(value))) }
  }
}

/** A conversion that changes a number (1.5 to the whole number 1) is none: the number stays, and is refused. */
function convert(schema: TSchema, given: unknown): unknown {
  const before = Value.Default(schema, given)
  const after = Value.Convert(schema, Value.Clone(before))
  if (!isRecord(before) || !isRecord(after)) return after
  for (const [name, value] of Object.entries(after)) {
    const text = before[name]
    if (typeof value === 'number' && typeof text === 'string' && Number(text) !== value)
      after[name] = Number(text)
  }
  return after
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
