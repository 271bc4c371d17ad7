import { useEffect, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { isRecord } from '../../schema-form/types.ts'
import { newFormKey } from './submit.ts'

/**
 * The Idempotency-Key of this opened form. It lies in the history entry: a reload keeps it, so that a job whose reply
 * was lost is not made twice, and another tab with the same draft has its own.
 */
export function useFormKey() {
  const { state, search } = useLocation()
  const navigate = useNavigate()
  const stored = isRecord(state) && typeof state.form === 'string' ? state.form : undefined
  const [key, setKey] = useState(() => stored ?? newFormKey())
  useEffect(() => {
    if (stored === key) return
    void navigate({ search }, { replace: true, preventScrollReset: true, state: { form: key } })
  }, [stored, key, search, navigate])
  return { key, renew: () => setKey(newFormKey()) }
}
