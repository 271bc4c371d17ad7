import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { manifest: true, target: 'es2023', assetsInlineLimit: 0, sourcemap: false },
  test: { environment: 'jsdom', include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/browser/**'] }
})
