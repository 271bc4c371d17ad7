/**
 * Leaves for the sign-in page by loading it anew, so that nothing of the session stays in this tab's memory. `next` is
 * where to come back to.
 */
export function leave({ next }: { next?: string } = {}) {
  const query = next === undefined || next === '/' ? '' : `?next=${encodeURIComponent(next)}`
  globalThis.location.assign(`/sign-in${query}`)
}

/** Drafts and half-done uploads of this browser: they are the person's who signs out. */
export async function forgetDrafts() {
  const databases = await indexedDB.databases()
  await Promise.all(databases.map(({ name }) => name && deleted(name)))
}

/** A database that another tab holds open goes when that tab lets it go. */
function deleted(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = request.onerror = request.onblocked = () => resolve()
  })
}
