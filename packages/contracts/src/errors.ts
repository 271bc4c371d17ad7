/**
 * Every error code of the platform: its status, and the sentence a person gets when the place that
 * raises it has nothing more exact to say. `docs/errors.md` is generated from this table.
 */
export const ERRORS = {
  // the shape of the request
  BAD_REQUEST: { status: 400, message: 'The request is malformed.' },
  VALIDATION: { status: 400, message: 'Some fields of the request are not as they should be; see details.' },
  JSON_TOO_DEEP: { status: 400, message: 'The JSON is nested more than 32 levels deep; flatten it.' },
  NOT_MULTIPART: { status: 400, message: 'Send the file as multipart/form-data in a field named "file".' },
  NO_FILE: { status: 400, message: 'The upload has no file; send one in a field named "file".' },
  UPLOAD_CUT: { status: 400, message: 'The upload ended before the file did; send it again.' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, message: 'An Idempotency-Key is 1 to 200 printable characters.' },
  // who are you
  UNAUTHENTICATED: { status: 401, message: 'Sign in first: the token is missing, expired or not valid.' },
  WRONG_CREDENTIALS: { status: 401, message: 'E-mail or password is wrong.' },
  REFRESH_INVALID: { status: 401, message: 'This session has ended; sign in again.' },
  SETUP_TOKEN_INVALID: {
    status: 401,
    message: 'This set-up link is not valid any more; the newest one is printed when the platform starts.'
  },
  // signed in, but not allowed
  FORBIDDEN: { status: 403, message: 'Your role does not allow this.' },
  ORIGIN_REFUSED: {
    status: 403,
    message: 'Pages of this origin may not call; whoever runs the platform can add it to PUBLIC_URLS.'
  },
  REGISTRATION_CLOSED: {
    status: 403,
    message: 'Registration is closed; ask an administrator for an account.'
  },
  // not there, not yours, or a malformed id
  NOT_FOUND: { status: 404, message: 'There is nothing here.' },
  DATASET_NOT_FOUND: { status: 404, message: 'There is no such dataset.' },
  JOB_NOT_FOUND: { status: 404, message: 'There is no such job.' },
  ARTIFACT_NOT_FOUND: { status: 404, message: 'This job has no such artifact.' },
  LINK_NOT_FOUND: { status: 404, message: 'This link has expired; ask for a new one.' },
  // not in this state
  EMAIL_TAKEN: { status: 409, message: 'An account with this e-mail exists; sign in instead.' },
  SETUP_DONE: { status: 409, message: 'An administrator exists already; sign in.' },
  DATASET_NOT_READY: {
    status: 409,
    message: 'The dataset is not ready yet; wait until its status is "ready".'
  },
  DATASET_INVALID: {
    status: 409,
    message: 'The dataset could not be read; see its error, mend it, upload it again.'
  },
  DATASET_IN_USE: {
    status: 409,
    message: 'A job that is not finished needs this dataset; stop or wait for it.'
  },
  DATASET_GONE: {
    status: 409,
    message:
      'The dataset of this job was deleted. Clone the job and choose another dataset, or upload the file again.'
  },
  JOB_FINISHED: { status: 409, message: 'The job is finished already.' },
  JOB_NOT_FINISHED: { status: 409, message: 'The job is not finished yet; stop it first.' },
  JOB_NOT_RESUMABLE: {
    status: 409,
    message: 'Only a stopped or failed job can be resumed; retry or clone it.'
  },
  NO_MODEL: { status: 409, message: 'There is no model yet: no optimizer step was done.' },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    message: 'A request with this Idempotency-Key is still running; ask again.'
  },
  ATTEMPT_SUPERSEDED: { status: 409, message: 'This attempt is not the current one.' },
  ARTIFACT_MISMATCH: {
    status: 409,
    message: 'A stored object differs from what was announced; upload it again.'
  },
  // the rest of 4xx
  REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive; send it again.' },
  TOO_LARGE: { status: 413, message: 'The request is too large.' },
  UPLOAD_TOO_LARGE: { status: 413, message: 'The file is larger than this server takes.' },
  UNSUPPORTED_MEDIA: {
    status: 415,
    message: 'Send the body as JSON, with the header Content-Type: application/json.'
  },
  RANGE_NOT_SATISFIABLE: { status: 416, message: 'The range lies outside of the file.' },
  UNPROCESSABLE: { status: 422, message: 'The job cannot be trained as described; see details.' },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    message: 'This Idempotency-Key was used for another request; take a new one.'
  },
  TOO_MANY_REQUESTS: { status: 429, message: 'Too many tries; wait a little.' },
  HEADERS_TOO_LARGE: {
    status: 431,
    message: 'The headers of the request are larger than 16 KiB; send fewer cookies or a shorter address.'
  },
  // ours
  INTERNAL: {
    status: 500,
    message: 'Something went wrong on our side; it was logged under this request id.'
  },
  UNAVAILABLE: { status: 503, message: 'A part of the platform is away; try again in a few seconds.' }
} as const satisfies Record<string, { status: number; message: string }>

export type ErrorCode = keyof typeof ERRORS
