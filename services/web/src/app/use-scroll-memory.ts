import { useEffect, useLayoutEffect, useRef } from 'react'
import { useLocation, useNavigationType } from 'react-router'

/** The part of a path that names a page; what follows names a tab of it, which keeps the place. */
const pageOf = (pathname: string) => pathname.split('/').slice(0, 3).join('/')

/**
 * A new page begins at its top; going back returns to where one was. Kept in memory, because web storage stays empty:
 * the router's own restoration writes there.
 */
export function useScrollMemory() {
  const { key, pathname } = useLocation()
  const type = useNavigationType()
  const places = useRef(new Map<string, number>())
  const page = useRef(pageOf(pathname))
  const current = useRef(key)

  useEffect(() => {
    const note = () => void places.current.set(current.current, window.scrollY)
    window.addEventListener('scroll', note, { passive: true })
    return () => window.removeEventListener('scroll', note)
  }, [])
  useLayoutEffect(() => {
    if (current.current === key) return
    current.current = key
    const isSamePage = page.current === pageOf(pathname)
    page.current = pageOf(pathname)
    const place = type === 'POP' ? places.current.get(key) : undefined
    if (place !== undefined) window.scrollTo(0, place)
    else if (!isSamePage) window.scrollTo(0, 0)
  }, [key, pathname, type])
}
