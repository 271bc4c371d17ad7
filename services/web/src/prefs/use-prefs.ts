import { useMemo, useSyncExternalStore } from 'react'
import { type Prefs, parsePrefs, prefsCookie } from './prefs.ts'

/** Told to `start/theme.js`, which applies them, and to every component that reads them. */
const CHANGED = 'ty-prefs'

function subscribe(listener: () => void) {
  document.addEventListener(CHANGED, listener)
  return () => document.removeEventListener(CHANGED, listener)
}

/** The preferences of this device, which live in a cookie, and how to change some of them. */
export function usePrefs(): [Prefs, (changes: Partial<Prefs>) => void] {
  const cookies = useSyncExternalStore(subscribe, () => document.cookie)
  const prefs = useMemo(() => parsePrefs(cookies), [cookies])
  return [prefs, changePrefs]
}

function changePrefs(changes: Partial<Prefs>) {
  // biome-ignore lint/suspicious/noDocumentCookie: the asynchronous Cookie Store is missing on plain HTTP
  document.cookie = prefsCookie({ ...parsePrefs(document.cookie), ...changes })
  document.dispatchEvent(new Event(CHANGED))
}
