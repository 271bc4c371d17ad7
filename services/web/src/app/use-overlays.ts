import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { useKeys } from '../ui/use-keys.ts'
import { useGoTo } from './use-go-to.ts'

export type Overlay = 'palette' | 'help'

/** The shell's keys, and the two dialogs that they open. */
export function useOverlays() {
  const [open, setOpen] = useState<Overlay>()
  const navigate = useNavigate()
  useKeys({ '?': () => setOpen('help'), n: () => void navigate('/train') })
  useGoTo()
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      setOpen((now) => (now === 'palette' ? undefined : 'palette'))
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
  return {
    open,
    close: () => setOpen(undefined),
    openPalette: () => setOpen('palette'),
    openHelp: () => setOpen('help')
  }
}
