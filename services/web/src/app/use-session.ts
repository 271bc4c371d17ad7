import { useCallback, useEffect, useRef } from 'react'
import { client } from '../api/client.ts'
import { forgetDrafts, leave } from '../api/leave.ts'

/** Leads to sign-in and back here when the session ends; gives *Sign out*, which keeps nothing. */
export function useSession() {
  const isChosen = useRef(false)
  useEffect(
    () =>
      client.auth.onChange((user) => {
        if (user || isChosen.current) return
        leave({ next: `${location.pathname}${location.search}${location.hash}` })
      }),
    []
  )
  return useCallback(async () => {
    isChosen.current = true
    try {
      await forgetDrafts()
      await client.auth.logout()
    } finally {
      leave()
    }
  }, [])
}
