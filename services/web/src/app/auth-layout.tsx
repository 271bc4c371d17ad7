import { Outlet } from 'react-router'
import { Logo } from './logo.tsx'

/** The quiet page around sign-in, registration and set-up. */
export function Component() {
  return (
    <div className="flex min-h-dvh flex-col items-center bg-canvas px-4 py-10 sm:py-20">
      <header className="mb-6 flex items-center gap-2 text-base font-semibold">
        <Logo className="size-7" />
        Trainyard
      </header>
      <main className="w-full max-w-sm rounded-lg border border-line bg-surface p-6 shadow-card">
        <Outlet />
      </main>
    </div>
  )
}
