import { CopyAs } from '../../ui/copy-as.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { plainName } from '../../ui/name.tsx'
import type { NamedCall } from './job-calls.ts'

type Props = { calls: readonly NamedCall[]; open: boolean; onClose: () => void }

/** Every action of the page as a request that can be sent from elsewhere. */
export function CallsDialog({ calls, open, onClose }: Props) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Do it from a program"
      description="Each action of this page, with exactly what it sends."
    >
      <ul className="mt-2 divide-y divide-line">
        {calls.map(({ name, does, call }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <div className="min-w-0 flex-1 basis-48">
              <p className="font-semibold break-words">{plainName(name, 120)}</p>
              <p className="text-xs text-muted">{does}</p>
            </div>
            <CopyAs small calls={() => [call]} />
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
