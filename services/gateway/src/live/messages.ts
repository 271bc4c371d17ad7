import { ERRORS } from '@trainyard/contracts/errors'
import { ClientMessage } from '@trainyard/contracts/live'
import { faultsToDetails } from '@trainyard/service-kit/schema-faults'
import { Compile } from 'typebox/compile'

const schema = Compile(ClientMessage)
const NIL_ID = '00000000-0000-0000-0000-000000000000'
const unknownJob = { code: 'JOB_NOT_FOUND', message: ERRORS.JOB_NOT_FOUND.message } as const
const types = new Set(['authenticate', 'subscribe_job', 'unsubscribe_job', 'subscribe_user_jobs'])

export type Refusal = {
  code: 'BAD_REQUEST' | 'VALIDATION' | 'JOB_NOT_FOUND'
  message: string
  job_id?: string
}
export type Parsed = { ok: true; message: ClientMessage } | { ok: false; refusal: Refusal }

const refuse = (code: Refusal['code'], message: string): Parsed => ({ ok: false, refusal: { code, message } })

/** One text frame of a client, parsed and checked; what is wrong with it is said in a sentence. */
export function parseMessage(text: string): Parsed {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('BAD_REQUEST', 'A message is one JSON object.')
  }
  if (schema.Check(value)) return { ok: true, message: value }
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    return refuse('VALIDATION', 'A message is an object with a "type".')
  }
  const { type } = value
  if (typeof type !== 'string' || !types.has(type)) {
    return refuse('VALIDATION', `"type" is one of ${[...types].join(', ')}.`)
  }
  // As over HTTP: an id that cannot exist is a job that does not exist.
  if ('job_id' in value && typeof value.job_id === 'string' && schema.Check({ ...value, job_id: NIL_ID })) {
    return { ok: false, refusal: { ...unknownJob, job_id: value.job_id.slice(0, 64) } }
  }
  return refuse('VALIDATION', faultsOf(type, value))
}

/** Field by field, as the details of a refusal over HTTP say it. */
function faultsOf(type: string, value: object): string {
  const branch = ClientMessage.anyOf.find(({ properties }) => properties.type.const === type)
  if (!branch) throw new Error(`no schema for ${type}`)
  const details = faultsToDetails(branch, value, Compile(branch).Errors(value))
  return `${details.map(({ pointer, message }) => `"${pointer.slice(1)}" ${message}`).join('; ')}.`
}
