import { fail } from '@trainyard/service-kit/errors'

/** Uploads at once in this process, and those of one user, so that one user's slow uploads leave room for others. */
export type PlaceLimits = { total: number; perUser: number }

/** Takes a place for an upload, or refuses it (429); gives what frees the place. */
export function createPlaces({ total, perUser }: PlaceLimits) {
  const taken = new Map<string, number>()
  let all = 0
  return (userId: string) => {
    const own = taken.get(userId) ?? 0
    if (all >= total || own >= perUser) {
      throw fail('TOO_MANY_REQUESTS', {
        message: 'Many uploads are under way; try again soon.',
        retryAfter: 5
      })
    }
    all += 1
    taken.set(userId, own + 1)
    return () => {
      all -= 1
      const left = (taken.get(userId) ?? 1) - 1
      if (left > 0) taken.set(userId, left)
      else taken.delete(userId)
    }
  }
}
