import { Search, Upload } from 'lucide-react'
import { Link } from 'react-router'
import { useUploads } from '../uploads/use-uploads.ts'
import { ConnectionPill } from './connection-pill.tsx'
import { Key } from './key.tsx'
import { Logo } from './logo.tsx'
import { UserMenu } from './user-menu.tsx'

type Props = { onSearch: () => void; onHelp: () => void; onSignOut: () => void }

export function TopBar({ onSearch, onHelp, onSignOut }: Props) {
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-b border-line bg-canvas px-4 md:px-6">
      <Link to="/" aria-label="Trainyard" className="md:hidden">
        <Logo className="size-6" />
      </Link>
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex min-h-control min-w-0 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-muted transition-colors duration-hover hover:border-outline sm:w-64"
      >
        <Search aria-hidden="true" className="size-4 shrink-0" />
        <span className="flex-1 text-left max-sm:sr-only">Search or jump to…</span>
        <span aria-hidden="true" className="hidden sm:inline">
          <Key>{/mac/i.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'}</Key>
        </span>
      </button>
      <div className="ml-auto flex items-center gap-1 sm:gap-2">
        <UploadsChip />
        <ConnectionPill />
        <UserMenu onHelp={onHelp} onSignOut={onSignOut} />
      </div>
    </header>
  )
}

const GOING = ['checking', 'waiting', 'sending', 'storing']

/** Uploads go on whatever page is open; here is the way back to them. */
function UploadsChip() {
  const going = useUploads().filter(({ state }) => GOING.includes(state.name)).length
  if (going === 0) return null
  return (
    <Link
      to="/datasets/new"
      className="flex h-7 items-center gap-1.5 rounded-full px-2.5 text-xs font-semibold text-running no-underline hover:bg-sunken"
    >
      <Upload aria-hidden="true" className="size-3.5" />
      {going} uploading
    </Link>
  )
}
