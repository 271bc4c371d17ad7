import { Upload } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** Makes the whole window take dropped files while it is on the page, and says so while files hover over it. */
export function DropTarget({
  onFiles,
  children
}: {
  onFiles: (files: File[]) => void
  children?: ReactNode
}) {
  const [hovered, setHovered] = useState(false)
  useEffect(() => {
    // Every element that is entered and left fires: only the difference says whether the window is.
    let inside = 0
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return
      inside++
      setHovered(true)
    }
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return
      inside = Math.max(0, inside - 1)
      if (inside === 0) setHovered(false)
    }
    // Without this the browser opens the file instead of the page.
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      inside = 0
      setHovered(false)
      const files = Array.from(event.dataTransfer?.files ?? [])
      if (files.length > 0) onFiles(files)
    }
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop } as const
    const each = Object.entries(listeners) as [keyof typeof listeners, (event: DragEvent) => void][]
    for (const [type, listener] of each) window.addEventListener(type, listener)
    return () => {
      for (const [type, listener] of each) window.removeEventListener(type, listener)
    }
  }, [onFiles])
  return (
    <>
      {children}
      {hovered && (
        <div className="pointer-events-none fixed inset-0 z-50 flex items-center justify-center bg-veil p-6">
          <div className="flex items-center gap-3 rounded-lg border-2 border-dashed border-accent bg-raised px-8 py-6 text-base font-semibold shadow-raised">
            <Upload aria-hidden="true" className="size-6 text-accent" />
            Drop to upload
          </div>
        </div>
      )}
    </>
  )
}
