import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { sentenceFor } from '../../api/errors.ts'
import { jobKey } from '../../api/jobs.ts'
import type { FieldError } from '../../schema-form/types.ts'
import { useToast } from '../../ui/toast.tsx'
import type { Body } from './bodies.ts'
import { placeErrors } from './place-errors.ts'
import { submit } from './submit.ts'

type Options = {
  formKey: string
  bodies: () => Body[]
  errors: () => FieldError[]
  made: Record<string, string>
  onMade: (made: Record<string, string>) => void
  finish: () => Promise<void>
}
export type Submit = ReturnType<typeof useSubmit>

/** *Train*: checks, sends, and leads to what was made. Pressed twice it sends once. */
export function useSubmit({ formKey, bodies, errors, made, onMade, finish }: Options) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const sending = useRef(false)
  const [busy, setBusy] = useState(false)
  /** How often it was tried: the summary takes focus each time. */
  const [tries, setTries] = useState(0)
  const [refused, setRefused] = useState<FieldError[]>([])
  const [failure, setFailure] = useState<{ architecture: string; error: unknown } | null>(null)

  async function run() {
    if (sending.current) return
    if (errors().length > 0) {
      setTries((before) => before + 1)
      setFailure(null)
      return
    }
    sending.current = true
    setBusy(true)
    setRefused([])
    setFailure(null)
    try {
      await send()
    } finally {
      sending.current = false
      setBusy(false)
    }
  }

  async function send() {
    const outcome = await submit(bodies(), {
      create: client.training.create,
      formKey,
      made,
      onMade: (job) => queries.setQueryData(jobKey(job.id), job)
    })
    void queries.invalidateQueries({ queryKey: ['jobs'] })
    if (outcome.failed) {
      const { architecture, error } = outcome.failed
      onMade(outcome.made)
      setRefused(placeErrors(sentenceFor(error).fields, architecture))
      setFailure(outcome.failed)
      setTries((before) => before + 1)
      return
    }
    await finish()
    const ids = Object.values(outcome.made)
    toast({ message: ids.length === 1 ? 'Training is queued.' : `${ids.length} jobs are queued.` })
    const tag = bodies()[0]?.body.tags?.at(-1)
    const list = tag === undefined ? '/jobs' : `/jobs?tag=${encodeURIComponent(tag)}`
    // In place of the form: going back must not lead to a form whose key is spent.
    await navigate(ids.length === 1 ? `/jobs/${ids[0]}` : list, { replace: true })
  }

  return {
    run,
    busy,
    tries,
    tried: tries > 0,
    refused,
    failure,
    /** The key was used with other contents: an earlier try did arrive. */
    spent: failure?.error instanceof ApiError && failure.error.code === 'IDEMPOTENCY_MISMATCH',
    /** A field was edited: what the server said of it is old. */
    forget: (at: string) =>
      setRefused((before) =>
        before.filter(
          ({ pointer }) => pointer !== '' && pointer !== at && !pointer.startsWith(`${at}/`) && at !== '/'
        )
      )
  }
}
