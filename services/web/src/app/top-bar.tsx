import { Logo } from './logo.tsx'

export function TopBar() {
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-3 border-b border-line bg-canvas px-4 md:px-6">
      <Logo className="size-6 md:hidden" />
    </header>
  )
}
