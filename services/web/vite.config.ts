import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { precompress } from './scripts/precompress.ts'
import { startScript } from './scripts/start-script.ts'

/** Where `npm run dev` has started the gateway. */
const gateway = process.env.TRAINYARD_GATEWAY ?? 'http://127.0.0.1:3000'

/**
 * Few files instead of dozens of small ones: what the first page needs, libraries included, and what the pages behind
 * it share. Everything else goes with the page that uses it.
 */
const chunks = [
  {
    name: 'first',
    test: new RegExp(
      [
        'rolldown/runtime',
        'services/web/(index\\.html|src/(main|routes)\\.)',
        'src/app/(auth-layout|error-page|page-loading|session-guard|enter|next-path|logo)\\.',
        'src/features/auth/',
        'node_modules/(react|react-dom|react-router|scheduler)/',
        'src/api/(client|config|errors|leave|me|query-client|server-clock|tab-tokens)\\.',
        'src/forms/',
        'src/ui/(cx|button|banner|field|text-input|error-card|toast|skeleton)\\.',
        'packages/client/',
        'contracts/src/(errors|terminal)',
        'lucide-react/(?!.*/icons/)'
      ].join('|')
    ),
    priority: 2
  },
  {
    name: 'shared',
    test: /src\/(ui|format|live|prefs|uploads|datasets|jobs|api)\/(?!combobox|number-input|slider)|lucide-react|@tanstack\/(react-query|query-core)/,
    minShareCount: 2,
    priority: 1
  }
]

export default defineConfig({
  plugins: [react(), tailwindcss(), startScript(), precompress()],
  build: {
    manifest: true,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // Every asset is a file of its own: our content policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } }
  },
  server: {
    host: '127.0.0.1',
    strictPort: true,
    proxy: Object.fromEntries(
      ['/api', '/ws', '/ty-datasets', '/ty-artifacts', '/api-docs', '/api-docs.json', '/admin/queues'].map(
        (path) => [path, { target: gateway, ws: path === '/ws' }]
      )
    )
  },
  test: { environment: 'jsdom', include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/browser/**'] }
})
