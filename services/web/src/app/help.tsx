import { Link } from 'react-router'
import { Dialog } from '../ui/dialog.tsx'
import { Key } from './key.tsx'
import { SHORTCUTS } from './shortcuts.ts'

/** Every shortcut there is. */
export default function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts" wide>
      <div className="mt-2 columns-1 gap-8 sm:columns-2">
        {SHORTCUTS.map(({ title, keys }) => (
          <section key={title} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-xs font-semibold text-muted">{title}</h3>
            <dl>
              {keys.map(({ keys: names, does }) => (
                <div key={does} className="flex min-h-7 items-center justify-between gap-4">
                  <dt>{does}</dt>
                  <dd className="flex gap-1">
                    {names.map((name) => (
                      <Key key={name}>{name}</Key>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="text-xs text-muted">
        Single keys can be switched off in{' '}
        <Link
          to="/settings/preferences"
          onClick={onClose}
          className="text-accent underline underline-offset-2"
        >
          the settings
        </Link>
        .
      </p>
    </Dialog>
  )
}
