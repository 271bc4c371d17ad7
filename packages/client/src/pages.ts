export type Page<T> = { items: T[]; next_cursor: string | null }

/** Every item of a list, page by page, read as it is iterated. */
export async function* iteratePages<T>(
  read: (cursor: string | undefined) => Promise<Page<T>>
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined
  do {
    const page: Page<T> = await read(cursor)
    yield* page.items
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
}
