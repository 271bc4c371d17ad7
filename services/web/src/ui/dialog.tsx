import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, IconButton } from './button.tsx'
import { cx } from './cx.ts'
import { ErrorCard } from './error-card.tsx'

type Props = {
  open: boolean
  onClose: () => void
  title: ReactNode
  description?: ReactNode
  children?: ReactNode
  /** Buttons, the main one last. */
  actions?: ReactNode
  wide?: boolean
}

/** Modal. Escape and a press outside close it; focus goes back to where it came from. */
export function Dialog({ open, onClose, title, description, children, actions, wide }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Base.Popup
          className={cx(
            'panel-in fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-lg border border-line bg-raised shadow-raised',
            wide ? 'max-w-3xl' : 'max-w-md'
          )}
        >
          <Base.Title className="pt-4 pr-12 pl-5 text-base font-semibold">{title}</Base.Title>
          <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">
            {description && <Base.Description className="text-muted">{description}</Base.Description>}
            {children}
          </div>
          {actions && (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{actions}</div>
          )}
          {/* Last, so that the first thing to do in it has the focus and not the way out. */}
          <Base.Close render={<IconButton label="Close" className="!absolute top-2.5 right-3" />}>
            <X aria-hidden="true" className="size-4" />
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

type ConfirmProps = Omit<Props, 'actions' | 'wide'> & {
  /** The verb of what happens: "Delete". */
  confirm: string
  /** Runs on confirmation; the dialog closes when it has ended well, and shows what it throws. */
  onConfirm: () => Promise<void> | void
}

/** Only for what cannot be undone. `children` say what goes with it. */
export function ConfirmDialog({ confirm, onConfirm, onClose, children, ...rest }: ConfirmProps) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  async function run() {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      onClose()
    } catch (err) {
      setError(err)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      {...rest}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" busy={busy} onClick={run}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
      {error !== undefined && (
        <div className="mt-3">
          <ErrorCard error={error} />
        </div>
      )}
    </Dialog>
  )
}
