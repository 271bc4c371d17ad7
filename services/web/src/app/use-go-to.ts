import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { takesShortcut } from '../ui/use-keys.ts'
import { GO_TO } from './shortcuts.ts'

/** How long `g` waits for the letter after it. */
const CHORD_MS = 1_500

/** `g` and a letter. It listens first, so that the letter is not also the page's own shortcut. */
export function useGoTo() {
  const navigate = useNavigate()
  useEffect(() => {
    let startedAt = Number.NEGATIVE_INFINITY
    const press = (event: KeyboardEvent) => {
      if (!takesShortcut(event)) return
      const isSecond = performance.now() - startedAt < CHORD_MS
      startedAt = event.key === 'g' ? performance.now() : Number.NEGATIVE_INFINITY
      const to = isSecond && GO_TO.find(({ key }) => key === event.key)?.to
      if (!to) return
      event.preventDefault()
      event.stopImmediatePropagation()
      void navigate(to)
    }
    window.addEventListener('keydown', press, true)
    return () => window.removeEventListener('keydown', press, true)
  }, [navigate])
}
