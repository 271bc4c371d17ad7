import { ApiError } from '@trainyard/client/errors'
import type { ErrorCode } from '@trainyard/contracts/errors'
import { ERRORS } from '@trainyard/contracts/errors'

/** What a person reads: what happened, what to do, and what to give to whoever helps. */
export type Sentence = {
  title: string
  message: string
  code: string
  requestId: string | undefined
  /** By JSON Pointer into what was sent. */
  fields: { pointer: string; message: string }[]
}

/** The client's own codes, for replies that never came or made no sense. */
const OWN_CODES = ['NETWORK', 'TIMEOUT', 'BAD_REPLY', 'CLOSED'] as const
type OwnCode = (typeof OWN_CODES)[number]
type Text = { title: string; message: string }

const text = (title: string, message: string): Text => ({ title, message })

/** One switch over all codes: a code without a sentence does not compile. `said` is the server's own sentence. */
function words(code: ErrorCode | OwnCode, said: string): Text {
  switch (code) {
    case 'NETWORK':
      return text(
        'The server cannot be reached',
        'Check the network; nothing you typed is lost. Then try again.'
      )
    case 'TIMEOUT':
      return text('The server took too long', 'It may be busy. Try again in a few seconds.')
    case 'BAD_REPLY':
      return text(
        'The answer makes no sense',
        `${said} Something between here and the server may have changed it.`
      )
    case 'CLOSED':
      return text('The live connection was closed', 'Reload the page to connect again.')
    case 'BAD_REQUEST':
    case 'REQUEST_TIMEOUT':
    case 'HEADERS_TOO_LARGE':
    case 'JSON_TOO_DEEP':
    case 'NOT_MULTIPART':
    case 'IDEMPOTENCY_KEY_INVALID':
    case 'UNSUPPORTED_MEDIA':
    case 'RANGE_NOT_SATISFIABLE':
      return text('The server refused the request', said)
    case 'VALIDATION':
      return text('Some fields need a change', 'Change what is named, then send it again.')
    case 'NO_FILE':
      return text('No file was sent', 'Choose a file and upload it.')
    case 'UPLOAD_CUT':
      return text('The upload was cut off', 'The connection ended before the file did. Upload it again.')
    case 'UNAUTHENTICATED':
    case 'REFRESH_INVALID':
      return text('Your session has ended', 'Sign in again; you come back to this page.')
    case 'WRONG_CREDENTIALS':
      return text('E-mail or password is wrong', 'Check both and try again.')
    case 'SETUP_TOKEN_INVALID':
      return text(
        'This set-up link is not valid any more',
        'The newest one is printed when the platform starts.'
      )
    case 'FORBIDDEN':
      return text('Your role does not allow this', 'Ask an administrator.')
    case 'ORIGIN_REFUSED':
      return text(
        'This address is not allowed',
        'Open the platform at an address that PUBLIC_URLS names, or ask whoever runs it to add this one.'
      )
    case 'REGISTRATION_CLOSED':
      return text('Registration is closed', 'Ask an administrator for an account.')
    case 'NOT_FOUND':
      return text('There is nothing here', 'It may have been deleted, or the link is incomplete.')
    case 'DATASET_NOT_FOUND':
      return text('There is no such dataset', 'It may have been deleted, or it belongs to somebody else.')
    case 'JOB_NOT_FOUND':
      return text('There is no such job', 'It may have been deleted, or it belongs to somebody else.')
    case 'ARTIFACT_NOT_FOUND':
      return text('This job has no such file', 'Files appear when the job uploads them, mostly at its end.')
    case 'LINK_NOT_FOUND':
      return text('This link has expired', 'Ask for a new one.')
    case 'EMAIL_TAKEN':
      return text('An account with this e-mail exists', 'Sign in instead.')
    case 'SETUP_DONE':
      return text('There is an administrator already', 'Sign in.')
    case 'DATASET_NOT_READY':
      return text('The dataset is not ready yet', 'It is still being read. Wait until it says Ready.')
    case 'DATASET_INVALID':
      return text('The dataset could not be read', 'Its page says why. Mend the file and upload it again.')
    case 'DATASET_IN_USE':
      return text('A job needs this dataset', 'Stop the job or wait until it has finished.')
    case 'DATASET_GONE':
      return text(
        "The job's dataset was deleted",
        'Clone the job and choose another dataset, or upload the file again and choose that.'
      )
    case 'JOB_FINISHED':
      return text('The job has finished already', 'Reload to see how it ended.')
    case 'JOB_NOT_FINISHED':
      return text('The job has not finished yet', 'Wait for its end, or stop it first.')
    case 'JOB_NOT_RESUMABLE':
      return text('This job cannot be resumed', 'Only a stopped or failed job can. Retry or clone it.')
    case 'NO_MODEL':
      return text('There is no model yet', 'No training step was done. Resume the job, or clone it.')
    case 'IDEMPOTENCY_IN_FLIGHT':
      return text('This is being done already', 'Wait a moment and look again.')
    case 'ATTEMPT_SUPERSEDED':
      return text('A newer attempt has taken over', 'Reload to see it.')
    case 'ARTIFACT_MISMATCH':
      return text('The stored file differs from what was sent', 'Send it again.')
    case 'TOO_LARGE':
      return text('That is too large', 'Shorten what you typed, then send it again.')
    case 'UPLOAD_TOO_LARGE':
      return text('This file is too large', said)
    case 'UNPROCESSABLE':
      return text('This cannot be trained as described', 'Change what is named, then send it again.')
    case 'IDEMPOTENCY_MISMATCH':
      return text('This form was sent before', 'Open it anew and send it again.')
    case 'TOO_MANY_REQUESTS':
      return text('Too many tries', 'Wait a little and try again.')
    case 'INTERNAL':
      return text('Something went wrong on our side', 'It was logged under this request id. Try again.')
    case 'UNAVAILABLE':
      return text('A part of the platform is away', 'Try again in a few seconds.')
  }
}

const isKnown = (code: string): code is ErrorCode | OwnCode =>
  code in ERRORS || OWN_CODES.some((own) => own === code)

/** Any error as a sentence. What is no reply of the platform is a fault of this page. */
export function sentenceFor(error: unknown): Sentence {
  if (!(error instanceof ApiError)) {
    const message = error instanceof Error ? error.message : String(error)
    return {
      title: 'This page has a fault',
      message: `${message.slice(0, 500)} Reload the page; if it stays, report it.`,
      code: 'PAGE',
      requestId: undefined,
      fields: []
    }
  }
  const { code, message, requestId, details } = error
  const known = isKnown(code) ? words(code, message) : text('The server refused the request', message)
  return { ...known, code, requestId, fields: details }
}
