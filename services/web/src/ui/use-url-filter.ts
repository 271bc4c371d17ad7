import { useMemo } from 'react'
import { type AddressPlace, useAddressDraft } from './use-address-draft.ts'

/**
 * A text filter that lives in the address under `key`. Gives what is typed, at once, and `settled`, what the address
 * says: that follows when typing pauses, so that not every letter asks the server.
 */
export function useUrlFilter(key: string) {
  const place = useMemo(() => placeOf(key), [key])
  const { value, setValue, settled } = useAddressDraft(place)
  return { typed: value, setTyped: setValue, settled }
}

const placeOf = (key: string): AddressPlace<string> => ({
  read: (params) => params.get(key) ?? '',
  write: (params, text) => {
    const next = new URLSearchParams(params)
    if (text === '') next.delete(key)
    else next.set(key, text)
    return next
  }
})
