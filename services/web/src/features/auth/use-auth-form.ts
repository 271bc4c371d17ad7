import { ApiError } from '@trainyard/client/errors'
import type { User } from '@trainyard/contracts/auth'
import { type FormEvent, useEffect, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { type Sentence, sentenceFor } from '../../api/errors.ts'
import { meQuery } from '../../api/me.ts'
import { queryClient } from '../../api/query-client.ts'
import { wayTo } from '../../app/enter.ts'
import { nextPath } from '../../app/next-path.ts'
import { asSentence, checkFields, type FieldProblem, focusField } from '../../forms/check-fields.ts'

type Values = Record<string, string>

/** Sends a form that signs somebody in, says what is wrong with it, and goes on to where they wanted to be. */
export function useAuthForm(send: (values: Values) => Promise<User>) {
  const [error, setError] = useState<Sentence>()
  /** Found here, before anything is sent. */
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const [busy, setBusy] = useState(false)
  const [waitUntil, setWaitUntil] = useState(0)
  const wait = useCountdown(waitUntil)
  const [query] = useSearchParams()
  const navigate = useNavigate()

  async function go(form: HTMLFormElement) {
    const found = checkFields(form)
    setProblems(found)
    setError(undefined)
    if (found.length > 0) return focusField(form, found[0]?.pointer)
    setBusy(true)
    try {
      const user = await send(valuesOf(form))
      queryClient.clear()
      queryClient.setQueryData(meQuery().queryKey, user)
      const { path, isDocument } = await wayTo(nextPath(query), user)
      if (isDocument) location.assign(path)
      else await navigate(path, { replace: true })
    } catch (err) {
      const sentence = sentenceFor(err)
      setError(sentence)
      if (err instanceof ApiError && err.status === 429)
        setWaitUntil(Date.now() + (err.retryAfter ?? 5) * 1_000)
      focusField(form, sentence.fields[0]?.pointer ?? firstFieldOf(sentence.code))
    } finally {
      setBusy(false)
    }
  }

  return {
    error,
    busy,
    /** Whole seconds until the next try; 0 when it may be now. */
    wait,
    fieldError(name: string) {
      const all = [...problems, ...(error?.fields ?? [])]
      const problem = all.find(({ pointer }) => pointer === `/${name}`)
      return problem && asSentence(problem.message)
    },
    onSubmit(event: FormEvent<HTMLFormElement>) {
      event.preventDefault()
      if (!busy && wait === 0) void go(event.currentTarget)
    }
  }
}

/** Where to type again, when the server names no field. */
const firstFieldOf = (code: string) => (code === 'WRONG_CREDENTIALS' ? '/password' : undefined)

const valuesOf = (form: HTMLFormElement): Values =>
  Object.fromEntries(
    [...new FormData(form)].flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : []))
  )

function useCountdown(until: number): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const count = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1_000)))
    count()
    if (until <= Date.now()) return
    const timer = setInterval(count, 250)
    return () => clearInterval(timer)
  }, [until])
  return left
}
