import type { User } from '@trainyard/contracts/auth'
import { client } from '../api/client.ts'

const isBoard = (path: string) => path === '/admin/queues' || path.startsWith('/admin/queues/')

/**
 * Prepares the way to `next` for somebody who is signed in. Gives the path and whether it is a page of the server's
 * own, which the router cannot show.
 */
export async function wayTo(next: string, user: User): Promise<{ path: string; isDocument: boolean }> {
  if (isBoard(next)) {
    // A member learns nothing of the dashboard.
    if (user.role !== 'admin') return { path: '/', isDocument: false }
    await client.auth.boardSession()
    return { path: next, isDocument: true }
  }
  return { path: next, isDocument: /^\/api-docs(\/|\.|\?|#|$)/.test(next) }
}

/** The queue dashboard, which wants a cookie of its own. */
export async function openBoard() {
  await client.auth.boardSession()
  location.assign('/admin/queues')
}
