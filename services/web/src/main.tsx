import './styles/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { client } from './api/client.ts'
import { meQuery } from './api/me.ts'
import { queryClient } from './api/query-client.ts'
import { router } from './routes.tsx'
import { ToastProvider } from './ui/toast.tsx'

// Whoever signs in or renews a session is named in the same reply.
client.auth.onChange((user) => user && queryClient.setQueryData(meQuery().queryKey, user))

// Read by the heading of each page: one that was navigated to takes focus, one that was loaded keeps the browser's order.
const loaded = router.state.location.key
router.subscribe(({ location }) => {
  if (location.key !== loaded) document.documentElement.dataset.moved = 'yes'
})

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>
    </StrictMode>
  )
}
