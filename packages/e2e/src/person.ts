import { randomUUID } from 'node:crypto'
import type { Session } from '@trainyard/contracts/auth'
import type { ErrorBody } from '@trainyard/contracts/common'
import type { Dataset } from '@trainyard/contracts/dataset'
import type { Job } from '@trainyard/contracts/training'
import { eventually } from '@trainyard/testing/eventually'

export type Reply<T> = { status: number; headers: Headers; body: T }
type Options = { headers?: Record<string, string>; raw?: string | FormData }

export type Person = Awaited<ReturnType<typeof newPerson>>

/** JSON over HTTP as any program would send it; `body` is what the reply holds, `T` by the caller's word. */
export async function call<T>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  { headers = {}, raw }: Options = {}
): Promise<Reply<T>> {
  const res = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: raw ?? (body === undefined ? undefined : JSON.stringify(body))
  })
  const text = await res.text()
  return { status: res.status, headers: res.headers, body: parse(text) as T }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Registers somebody new; everything they can do here goes through the public API. */
export async function newPerson(url: string) {
  const email = `${randomUUID()}@example.org`
  const password = `correct horse ${randomUUID()}`
  const { status, body: session } = await call<Session>(url, 'POST', '/api/auth/register', {
    email,
    password
  })
  if (status !== 201) throw new Error(`register answered ${status}: ${JSON.stringify(session)}`)
  const authorization = `Bearer ${session.token}`
  const ask = <T = ErrorBody>(method: string, path: string, body?: unknown, options: Options = {}) =>
    call<T>(url, method, path, body, { ...options, headers: { authorization, ...options.headers } })

  const upload = async (name: string, content: string | Buffer) => {
    const form = new FormData()
    form.set('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name)
    return ask<Dataset>('POST', '/api/datasets/upload', undefined, { raw: form })
  }
  /** Uploads and waits until the profile is there, or the refusal. */
  const dataset = async (name: string, content: string | Buffer, limitMs = 60_000) => {
    const { status, body } = await upload(name, content)
    if (status !== 201) throw new Error(`upload answered ${status}: ${JSON.stringify(body)}`)
    return eventually(async () => {
      const { body: found } = await ask<Dataset>('GET', `/api/datasets/${body.id}`)
      return found.status === 'ready' || found.status === 'invalid' ? found : undefined
    }, limitMs)
  }
  const job = async (id: string) => (await ask<Job>('GET', `/api/training/${id}`)).body
  const train = async (body: object) => {
    const reply = await ask<Job>('POST', '/api/training', body)
    if (reply.status !== 201)
      throw new Error(`create answered ${reply.status}: ${JSON.stringify(reply.body)}`)
    return reply.body
  }
  /** Waits until the job satisfies `done`. */
  const until = (id: string, done: (job: Job) => boolean, limitMs = 60_000) =>
    eventually(async () => {
      const found = await job(id)
      return done(found) ? found : undefined
    }, limitMs)
  const finished = (id: string, limitMs?: number) =>
    until(id, ({ state }) => state === 'succeeded' || state === 'failed' || state === 'stopped', limitMs)

  return {
    url,
    email,
    password,
    session,
    token: session.token,
    ask,
    upload,
    dataset,
    job,
    train,
    until,
    finished
  }
}
