/** The database's text of a `timestamptz` as ISO 8601 in UTC with milliseconds. */
export const iso = (text: string) => new Date(text).toISOString()
export const isoOrNull = (text: string | null) => (text === null ? null : iso(text))
