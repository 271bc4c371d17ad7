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
    const value = httpPart === 'body' ? given : Value.Convert(schema, Value.Default(schema, given))
    if (compiled.Check(value)) return { value }
    return { error: new ShapeError(faultsToDetails(schema, value, compiled.Errors(value))) }
  }
}
