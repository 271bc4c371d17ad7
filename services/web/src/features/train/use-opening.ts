import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { jobKey } from '../../api/jobs.ts'
import { meQuery } from '../../api/me.ts'
import { type Draft, type DraftStore, draftStore } from './draft-store.ts'
import { type Opening, open, readAsked } from './opening.ts'

/** A create body filled in from a job; nothing is made. */
const cloneQuery = (id: string) =>
  queryOptions({
    queryKey: [...jobKey(id), 'clone'],
    queryFn: ({ signal }) => client.training.clone(id, { signal })
  })

type Waiting = { state: 'loading' } | { state: 'failed'; error: unknown; retry: () => void }
export type Drafts = { store: DraftStore; key: string }
type Ready = { state: 'ready'; opening: Opening; drafts: Drafts }

const store = draftStore(globalThis.indexedDB)

/** Waits for the draft and for the job that is cloned, and says what the form begins with. */
export function useOpening(): Waiting | Ready {
  const [params] = useSearchParams()
  const asked = readAsked(params)
  const me = useQuery(meQuery())
  const clone = useQuery({ ...cloneQuery(asked.from ?? ''), enabled: asked.from !== null })
  const key = me.data && `${me.data.id} ${asked.from ?? 'new'}`
  const draft = useDraft(key)
  const failed = asked.from === null ? me : clone.isError ? clone : me
  if (failed.isError) return { state: 'failed', error: failed.error, retry: () => void failed.refetch() }
  if (key === undefined || draft === 'loading' || (asked.from !== null && !clone.data)) {
    return { state: 'loading' }
  }
  return { state: 'ready', opening: open(asked, draft, clone.data), drafts: { store, key } }
}

function useDraft(key: string | undefined): Draft | undefined | 'loading' {
  const [loaded, setLoaded] = useState<{ key: string; draft: Draft | undefined }>()
  useEffect(() => {
    let current = true
    if (key === undefined) return
    const done = (draft: Draft | undefined) => current && setLoaded({ key, draft })
    // A browser that cannot open its own storage has no draft to show; the form works without.
    store.load(key).then(done, () => done(undefined))
    return () => {
      current = false
    }
  }, [key])
  return loaded && loaded.key === key ? loaded.draft : 'loading'
}
