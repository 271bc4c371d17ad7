import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Link } from 'react-router'
import { cx } from './cx.ts'

const ITEM =
  'flex min-h-8 w-full cursor-default items-center gap-2 px-3 py-1 text-left text-ink no-underline outline-none data-[disabled]:text-muted data-[highlighted]:bg-sunken'

/** Menus lie inside the page's landmark, not beside it; looked up when one opens, because the page comes later. */
const page = {
  get current() {
    return document.getElementById('main')
  }
}

type Props = {
  /** A button element; it opens the menu. */
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'end'
}

export function Menu({ trigger, children, align = 'end' }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal container={page}>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className="panel-in min-w-44 rounded-lg border border-line bg-raised py-1 shadow-raised outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

type ItemProps = {
  children: ReactNode
  icon?: ReactNode
  onSelect?: () => void
  /** Goes to a page instead of calling `onSelect`. */
  to?: string
  danger?: boolean
  disabled?: boolean
}

export function MenuItem({ children, icon, onSelect, to, danger, disabled }: ItemProps) {
  return (
    <Base.Item
      disabled={disabled}
      onClick={onSelect}
      className={cx(ITEM, danger && 'text-failed')}
      render={to === undefined ? undefined : <Link to={to} />}
    >
      {icon}
      {children}
    </Base.Item>
  )
}

export const MenuSeparator = () => <Base.Separator className="my-1 h-px bg-line" />
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <div className="px-3 py-1.5 text-xs text-muted">{children}</div>
)
