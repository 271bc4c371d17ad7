import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

/**
 * Scripts that run in the page lie beside `src`: plain JavaScript, because this package's types know no browser. What
 * they find out stands in a global variable.
 */
export const runInPage = (page: Page, name: 'stopwatch' | 'frames' | 'paint') =>
  page.addInitScript({ path: fileURLToPath(new URL(`../../in-page/${name}.mjs`, import.meta.url)) })

export const numbersOf = (page: Page, name: string): Promise<number[]> =>
  page.evaluate((key) => [Reflect.get(globalThis, key) ?? []].flat(), name)
