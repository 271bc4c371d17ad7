import { AxeBuilder } from '@axe-core/playwright'
import { eventually } from '@trainyard/testing/eventually'
import type { Page } from 'playwright-core'

export type Theme = 'light' | 'dark'

/** A theme changes colours and nothing else, so in the second one only the rules about colours are asked again. */
const aboutColours = ['color-contrast', 'link-in-text-block']

/** Shows the page in a theme, as the system's setting does, and waits until the page has followed. */
export async function showTheme(page: Page, theme: Theme) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await eventually(() =>
    page.evaluate((wanted) => (document.documentElement.dataset.theme ?? wanted) === wanted, theme)
  )
}

async function ask(page: Page, theme: Theme, rules?: string[]): Promise<string[]> {
  await showTheme(page, theme)
  // Legacy mode runs in the page itself; the other one opens a second page for every question.
  // `options` goes first: it replaces the rules.
  const builder = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
  const { violations } = await (rules ? builder.withRules(rules) : builder).analyze()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, html, any }) =>
        `${theme}: ${id}: ${help}: ${target.join(' ')} ${any[0]?.message ?? ''} ${html.slice(0, 200)}`
    )
  )
}

/** Every violation that axe finds on what is shown now, in both themes, as rule and node; ends in `theme`. */
export async function axeProblems(page: Page, theme: Theme = 'light'): Promise<string[]> {
  const other = theme === 'light' ? 'dark' : 'light'
  const inOther = await ask(page, other, aboutColours)
  return [...inOther, ...(await ask(page, theme))]
}
