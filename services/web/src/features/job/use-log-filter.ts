import { type AddressPlace, useAddressDraft } from '../../ui/use-address-draft.ts'
import { type LogFilter, readLogFilter, writeLogFilter } from './log-filter.ts'

const place: AddressPlace<LogFilter> = { read: readLogFilter, write: writeLogFilter }

/** Which lines are shown, kept in the address. */
export function useLogFilter(): [LogFilter, (changes: Partial<LogFilter>) => void] {
  const { value, setValue } = useAddressDraft(place)
  return [value, (changes) => setValue((now) => ({ ...now, ...changes }))]
}
