import { useEffect, useRef } from 'react'

export type Keys = Record<string, (event: KeyboardEvent) => void>

/** Where letters are text, or already mean something. */
const TYPING =
  'input:not([type="checkbox"]), textarea, select, [contenteditable], [role="menu"], [role="dialog"], [role="listbox"]'

/** Whether a single key pressed there may be a shortcut. `data-keys="off"` at the root switches them off (WCAG 2.1.4). */
export function takesShortcut(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented)
    return false
  if (document.documentElement.dataset.keys === 'off') return false
  return !(event.target instanceof Element && event.target.closest(TYPING))
}

/** Single-key shortcuts of the page, by `KeyboardEvent.key`; they sleep in fields, menus and dialogs. */
export function useKeys(keys: Keys) {
  const newest = useRef(keys)
  useEffect(() => {
    newest.current = keys
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const work = takesShortcut(event) ? newest.current[event.key] : undefined
      if (!work) return
      event.preventDefault()
      work(event)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
