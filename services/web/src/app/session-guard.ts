import { ApiError } from '@trainyard/client/errors'
import { type LoaderFunctionArgs, redirect } from 'react-router'
import { client } from '../api/client.ts'
import { configQuery } from '../api/config.ts'
import { meQuery } from '../api/me.ts'
import { queryClient } from '../api/query-client.ts'
import { nextPath } from './next-path.ts'

/** Lets in who is signed in; everybody else signs in first and comes back. */
export async function requireUser({ request }: LoaderFunctionArgs) {
  void queryClient.prefetchQuery(configQuery())
  try {
    await queryClient.ensureQueryData(meQuery())
    return null
  } catch (err) {
    if (!(err instanceof ApiError) || err.status !== 401) throw err
    const { pathname, search, hash } = new URL(request.url)
    const next = `${pathname}${search}${hash}`
    return redirect(next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`)
  }
}

/** Whoever is signed in needs no sign-in page. Knows only of a session in this tab, so that it asks nothing. */
export function requireGuest({ request }: LoaderFunctionArgs) {
  if (!client.auth.isSignedIn()) return null
  return redirect(nextPath(new URL(request.url).searchParams))
}
