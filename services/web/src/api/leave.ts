/**
 * Leaves for the sign-in page by loading it anew, so that nothing of the session stays in this tab's memory. `next` is
 * where to come back to; `forget` also deletes drafts and half-done uploads from this browser.
 */
export async function leave({ next, forget = false }: { next?: string; forget?: boolean } = {}) {
  if (forget) await forgetDrafts()
  const query = next === undefined || next === '/' ? '' : `?next=${encodeURIComponent(next)}`
  location.assign(`/sign-in${query}`)
}

async function forgetDrafts() {
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
