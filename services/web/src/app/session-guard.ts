import { ApiError } from '@trainyard/client/errors'
import type { User } from '@trainyard/contracts/auth'
import { type LoaderFunctionArgs, redirect, redirectDocument } from 'react-router'
import { client } from '../api/client.ts'
import { meQuery } from '../api/me.ts'
import { queryClient } from '../api/query-client.ts'
import { wayTo } from './enter.ts'
import { nextPath } from './next-path.ts'

/** Who is signed in; undefined when nobody is. */
async function whoIsThere(): Promise<User | undefined> {
  try {
    // The reply names the person too; a token that another tab hands over does not, and then the server is asked.
    if (!client.auth.isSignedIn()) await client.auth.refresh()
    return await queryClient.ensureQueryData(meQuery())
  } catch (err) {
    if (err instanceof ApiError && err.status === 401) return undefined
    throw err
  }
}

/** Lets in who is signed in; everybody else signs in first and comes back. */
export async function requireUser({ request }: LoaderFunctionArgs) {
  if (await whoIsThere()) return null
  const { pathname, search, hash } = new URL(request.url)
  const next = `${pathname}${search}${hash}`
  return redirect(next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`)
}

/**
 * Whoever is signed in needs no sign-in page. The server is asked only where it was not just now: when its own pages
 * sent the person here.
 */
export async function requireGuest({ request }: LoaderFunctionArgs) {
  const next = nextPath(new URL(request.url).searchParams)
  const cameFromServer = next.startsWith('/admin/')
  const user = client.auth.isSignedIn() || cameFromServer ? await whoIsThere() : undefined
  if (!user) return null
  const { path, isDocument } = await wayTo(next, user)
  return isDocument ? redirectDocument(path) : redirect(path)
}
