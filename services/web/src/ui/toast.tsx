import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { Button, IconButton } from './button.tsx'
import { cx } from './cx.ts'

export type Toast = {
  message: ReactNode
  /** Bad ones are read out at once and stay until closed. */
  tone?: 'good' | 'bad'
  /** *Undo*, *Show*: one way on. */
  action?: { label: string; onClick: () => void }
}
type Kept = Toast & { id: number }

const SHOWN_MS = 6_000
/** With something to press it stays long enough to be read and reached. */
const ACTION_MS = 12_000
const MOST = 4

const Push = createContext<(toast: Toast) => void>(() => undefined)

/** Gives the function that shows a toast. */
export const useToast = () => useContext(Push)

/** Two live regions that are always there, so that what is put into them is read out. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Kept[]>([])
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), [])
  const push = useCallback(
    (toast: Toast) => {
      const id = performance.now() + Math.random()
      setToasts((all) => [...all, { ...toast, id }].slice(-MOST))
      if (toast.tone !== 'bad') setTimeout(() => close(id), toast.action ? ACTION_MS : SHOWN_MS)
    },
    [close]
  )
  const region = (assertive: boolean) =>
    toasts
      .filter((toast) => (toast.tone === 'bad') === assertive)
      .map((toast) => <ToastView key={toast.id} toast={toast} onClose={() => close(toast.id)} />)
  return (
    <Push value={push}>
      {children}
      <div className="pointer-events-none fixed right-4 bottom-20 left-4 z-50 flex flex-col items-end gap-2 md:bottom-4">
        <div aria-live="polite" className="flex flex-col items-end gap-2">
          {region(false)}
        </div>
        <div aria-live="assertive" className="flex flex-col items-end gap-2">
          {region(true)}
        </div>
      </div>
    </Push>
  )
}

function ToastView({ toast, onClose }: { toast: Kept; onClose: () => void }) {
  const bad = toast.tone === 'bad'
  const Icon = bad ? CircleAlert : CircleCheck
  return (
    <div className="panel-in pointer-events-auto flex max-w-md items-center gap-3 rounded-lg border border-line bg-raised py-2 pr-2 pl-3 shadow-raised">
      <Icon aria-hidden="true" className={cx('size-4 shrink-0', bad ? 'text-failed' : 'text-succeeded')} />
      <div className="min-w-0 flex-1">{toast.message}</div>
      {toast.action && (
        <Button
          small
          onClick={() => {
            toast.action?.onClick()
            onClose()
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton label="Close this message" onClick={onClose} className="!size-7">
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </div>
  )
}
