import { useQuery } from '@tanstack/react-query'
import { BookOpen, CircleUserRound, Keyboard, ListTree, LogOut, Settings } from 'lucide-react'
import { sentenceFor } from '../api/errors.ts'
import { meQuery } from '../api/me.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx'
import { Name } from '../ui/name.tsx'
import { useToast } from '../ui/toast.tsx'
import { openBoard } from './enter.ts'

const ICON = { 'aria-hidden': true, className: 'size-4 text-muted' } as const

export function UserMenu({ onHelp, onSignOut }: { onHelp: () => void; onSignOut: () => void }) {
  const { data: me } = useQuery(meQuery())
  const toast = useToast()
  const board = () => openBoard().catch((err) => toast({ tone: 'bad', message: sentenceFor(err).title }))
  return (
    <Menu
      trigger={
        <IconButton label="Account">
          <CircleUserRound aria-hidden="true" className="size-5" />
        </IconButton>
      }
    >
      <MenuLabel>
        <Name className="block max-w-56 truncate">{me?.name ?? me?.email ?? ''}</Name>
        {me?.role === 'admin' && 'Administrator'}
      </MenuLabel>
      <MenuItem to="/settings" icon={<Settings {...ICON} />}>
        Settings
      </MenuItem>
      <MenuItem onSelect={onHelp} icon={<Keyboard {...ICON} />}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem onSelect={() => location.assign('/api-docs')} icon={<BookOpen {...ICON} />}>
        API documentation
      </MenuItem>
      {me?.role === 'admin' && (
        <MenuItem onSelect={board} icon={<ListTree {...ICON} />}>
          Queue dashboard
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem onSelect={onSignOut} icon={<LogOut {...ICON} />}>
        Sign out
      </MenuItem>
    </Menu>
  )
}
