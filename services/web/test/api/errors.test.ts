import { ApiError } from '@trainyard/client/errors'
import { ERRORS } from '@trainyard/contracts/errors'
import { expect, test } from 'vitest'
import { sentenceFor } from '../../src/api/errors.ts'

test('every code of the platform and of the client has a title and a next step', () => {
  for (const code of [...Object.keys(ERRORS), 'NETWORK', 'TIMEOUT', 'BAD_REPLY', 'CLOSED']) {
    const error = new ApiError({ status: 400, code, message: 'As the server says.', requestId: 'r-1' })
    const sentence = sentenceFor(error)
    expect(sentence.title, code).toMatch(/^[A-Z].*[^.]$/)
    expect(sentence.message, code).toMatch(/[.!?]$/)
    expect(sentence).toMatchObject({ code, requestId: 'r-1' })
  }
})

test('what a person reads speaks to a person, and a deleted dataset leaves two ways on', () => {
  for (const [code, { message }] of Object.entries(ERRORS)) {
    const sentence = sentenceFor(new ApiError({ status: 400, code, message }))
    expect(sentence.message, code).not.toMatch(/see (its )?details|its error/)
    expect(sentence.message, code).not.toBe(`${sentence.title}.`)
  }
  const gone = sentenceFor(new ApiError({ status: 409, code: 'DATASET_GONE', message: 'm' }))
  expect(gone.message).toMatch(/choose another dataset, or upload the file again/)
})

test('a code that is newer than this page keeps the server’s words', () => {
  const error = new ApiError({ status: 409, code: 'BRAND_NEW', message: 'Do this instead.' })
  expect(sentenceFor(error)).toMatchObject({ code: 'BRAND_NEW', message: 'Do this instead.' })
})

test('what is no reply is a fault of the page, said in one bounded sentence', () => {
  const sentence = sentenceFor(new TypeError('x'.repeat(10_000)))
  expect(sentence.code).toBe('PAGE')
  expect(sentence.message.length).toBeLessThan(700)
  expect(sentenceFor('text').message).toContain('text')
})

test('details keep their pointers', () => {
  const details = [{ pointer: '/password', message: 'is too short' }]
  expect(
    sentenceFor(new ApiError({ status: 400, code: 'VALIDATION', message: 'm', details })).fields
  ).toEqual(details)
})
