import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { showTheme, type Theme } from './axe.ts'

/** Not committed; the curated few are in docs/images. */
export const screenshotFolder = join(import.meta.dirname, '../../screenshots')

export type Variant = { width: number; theme: Theme }

export const wideLight: Variant = { width: 1280, theme: 'light' }
export const variants: Variant[] = [
  wideLight,
  { width: 1280, theme: 'dark' },
  { width: 375, theme: 'light' },
  { width: 375, theme: 'dark' }
]

export const heightOf = (width: number) => (width < 768 ? 812 : 900)

/** `<name>-<width>-<theme>.png`, as high as the page is. */
export async function takeShot(page: Page, name: string, { width, theme }: Variant) {
  await page.setViewportSize({ width, height: heightOf(width) })
  await showTheme(page, theme)
  await page.screenshot({ path: join(screenshotFolder, `${name}-${width}-${theme}.png`), fullPage: true })
}
