import { lazy, Suspense } from 'react'
import type { Overlay } from './use-overlays.ts'

const Palette = lazy(() => import('./palette.tsx'))
const Help = lazy(() => import('./help.tsx'))

/** Loaded when first opened. */
export function Overlays({ open, onClose }: { open: Overlay | undefined; onClose: () => void }) {
  return (
    <Suspense>
      {open === 'palette' && <Palette onClose={onClose} />}
      {open === 'help' && <Help onClose={onClose} />}
    </Suspense>
  )
}
