import { ErrorBody } from '@trainyard/contracts/common'

const TAGS = ['Training']

/** What every public route of this service says of itself in the OpenAPI document. */
export const doc = (operationId: string, summary: string) => ({
  operationId,
  summary,
  tags: TAGS,
  security: [{ bearer: [] }]
})

export const refusals = { '4xx': ErrorBody, '5xx': ErrorBody }

/** A malformed job id gets the 404 of an unknown one. */
export const user = { access: 'user', notFound: 'JOB_NOT_FOUND' } as const
