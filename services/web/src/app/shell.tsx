import { Outlet } from 'react-router'
import { Nav } from './nav.tsx'
import { TopBar } from './top-bar.tsx'

/** What surrounds every page of somebody who is signed in. */
export function Component() {
  return (
    <div className="min-h-dvh bg-canvas md:pl-52">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-raised px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <Nav />
      <TopBar />
      <main id="main" tabIndex={-1} className="mx-auto max-w-[1600px] px-4 pt-5 pb-24 md:px-6 md:pb-10">
        <Outlet />
      </main>
    </div>
  )
}
