import { createBrowserRouter } from 'react-router'
import { Component as AuthLayout } from './app/auth-layout.tsx'
import { RouteError } from './app/error-page.tsx'
import { PageLoading } from './app/page-loading.tsx'
import { requireGuest, requireUser } from './app/session-guard.ts'
import { Component as Register } from './features/auth/register.tsx'
import { Component as Setup } from './features/auth/setup.tsx'
import { Component as SignIn } from './features/auth/sign-in.tsx'

/** Every page is a module of its own, loaded when it is first opened; those before sign-in come with the first load. */
export const router = createBrowserRouter([
  {
    ErrorBoundary: RouteError,
    HydrateFallback: PageLoading,
    children: [
      {
        Component: AuthLayout,
        children: [
          { path: 'sign-in', loader: requireGuest, Component: SignIn },
          { path: 'register', loader: requireGuest, Component: Register },
          { path: 'setup', Component: Setup }
        ]
      },
      {
        loader: requireUser,
        // Whoever was let in stays in; a session that ends says so by itself.
        shouldRevalidate: () => false,
        lazy: () => import('./app/shell.tsx'),
        children: [
          {
            ErrorBoundary: RouteError,
            children: [
              { index: true, lazy: () => import('./features/overview/page.tsx') },
              { path: 'datasets', lazy: () => import('./features/datasets/page.tsx') },
              { path: 'datasets/new', lazy: () => import('./features/upload/page.tsx') },
              { path: 'datasets/:id', lazy: () => import('./features/dataset/page.tsx') },
              { path: 'train', lazy: () => import('./features/train/page.tsx') },
              { path: 'jobs', lazy: () => import('./features/jobs/page.tsx') },
              { path: 'jobs/:id/:tab?', lazy: () => import('./features/job/page.tsx') },
              { path: 'compare', lazy: () => import('./features/compare/page.tsx') },
              { path: 'settings/:tab?', lazy: () => import('./features/settings/page.tsx') },
              { path: '*', lazy: () => import('./app/not-found.tsx') }
            ]
          }
        ]
      }
    ]
  }
])
