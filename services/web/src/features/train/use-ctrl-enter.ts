import { useEffect, useRef } from 'react'

/** Where the keys belong to something that lies over the page. */
const OVERLAY = '[role="dialog"], [role="menu"], [role="listbox"]'

/** Ctrl+Enter (⌘+Enter) anywhere on the page: after arriving, the focus is on the heading and not in the form. */
export function useCtrlEnter(run: () => void) {
  const newest = useRef(run)
  useEffect(() => {
    newest.current = run
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
      if (event.target instanceof Element && event.target.closest(OVERLAY)) return
      event.preventDefault()
      newest.current()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
