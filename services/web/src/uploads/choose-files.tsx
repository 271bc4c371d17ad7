import { Upload } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { Button, type Variant } from '../ui/button.tsx'
import { ACCEPT } from './file-check.ts'

type Props = { onFiles: (files: File[]) => void; variant?: Variant; children?: ReactNode }

/** A button that opens the browser's file chooser. */
export function ChooseFiles({ onFiles, variant = 'primary', children = 'Choose files' }: Props) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPT}
        onChange={(event) => {
          const files = Array.from(event.target.files ?? [])
          // The same file may be chosen again.
          event.target.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
      <Button
        variant={variant}
        icon={<Upload aria-hidden="true" className="size-4" />}
        onClick={() => input.current?.click()}
      >
        {children}
      </Button>
    </>
  )
}
