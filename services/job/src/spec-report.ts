import type { ColumnProfile } from '@trainyard/contracts/dataset'

/** Takes one fault of the body; the first one at a pointer is the one that is told. */
export type Report = (pointer: string, message: string) => void
export type Columns = Map<string, ColumnProfile>

const SHOWN_NAME = 60
const SHOWN_NAMES = 5

/** A name of the data for a message: cut, so that a message stays a sentence. */
export const short = (name: string) => (name.length > SHOWN_NAME ? `${name.slice(0, SHOWN_NAME)}…` : name)

/** The first few names and how many more there are. */
export function listed(names: string[]): string {
  const more = names.length - SHOWN_NAMES
  return names.slice(0, SHOWN_NAMES).map(short).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
