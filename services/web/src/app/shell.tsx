import { CSPProvider } from '@base-ui/react/csp-provider'
import { Outlet } from 'react-router'
import { useUserFeed } from '../live/use-user-feed.ts'
import { Nav } from './nav.tsx'
import { Overlays } from './overlays.tsx'
import { TopBar } from './top-bar.tsx'
import { useEndNotice } from './use-end-notice.ts'
import { useOverlays } from './use-overlays.ts'
import { useScrollMemory } from './use-scroll-memory.ts'
import { useSession } from './use-session.ts'

/** What surrounds every page of somebody who is signed in. */
export function Component() {
  useUserFeed()
  useScrollMemory()
  useEndNotice()
  const signOut = useSession()
  const overlays = useOverlays()
  return (
    // Our content policy allows no <style> elements.
    <CSPProvider disableStyleElements>
      <div className="min-h-dvh bg-canvas md:pl-52">
        <a
          href="#main"
          className="sr-only z-50 rounded-md bg-raised px-3 py-2 text-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to the content
        </a>
        <Nav />
        <TopBar onSearch={overlays.openPalette} onHelp={overlays.openHelp} onSignOut={signOut} />
        <main id="main" tabIndex={-1} className="mx-auto max-w-[1600px] px-4 pt-5 pb-24 md:px-6 md:pb-10">
          <Outlet />
        </main>
        <Overlays open={overlays.open} onClose={overlays.close} />
      </div>
    </CSPProvider>
  )
}
