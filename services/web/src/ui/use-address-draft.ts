import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'

const WAIT_MS = 200

/** Where a value stands in the address. Both functions stay the same ones from render to render. */
export type AddressPlace<T> = {
  read: (params: URLSearchParams) => T
  write: (params: URLSearchParams, value: T) => URLSearchParams
}

/**
 * A value that counts at once and is kept in the address, which follows when nothing has changed for a moment, in one
 * step: of two steps close together the second would undo the first. Also gives `settled`, what the address says.
 */
export function useAddressDraft<T>({ read, write }: AddressPlace<T>) {
  const [params, setParams] = useSearchParams()
  const settled = read(params)
  const said = JSON.stringify(settled)
  const [value, setValue] = useState(settled)
  const [seen, setSeen] = useState(said)
  const [written, setWritten] = useState<string>()
  // The address changed otherwise: back, or another link. What was written here may be older than what is typed by now.
  if (seen !== said) {
    setSeen(said)
    if (said !== written) setValue(settled)
  }
  const isBehind = JSON.stringify(value) !== said
  useEffect(() => {
    if (!isBehind) return
    const timer = setTimeout(() => {
      setWritten(JSON.stringify(value))
      setParams((now) => write(now, value), { replace: true, preventScrollReset: true })
    }, WAIT_MS)
    return () => clearTimeout(timer)
  }, [isBehind, value, write, setParams])
  return { value, setValue, settled }
}
