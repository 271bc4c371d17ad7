import type { FastifySchemaCompiler } from 'fastify'
import { IsOptional, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

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
    return compiled.Check(value) ? { value } : { error: compiled.Errors(value) }
  }
}
