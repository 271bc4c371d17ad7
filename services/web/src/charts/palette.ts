/** The colours of a drawing, read from the tokens of the theme: a canvas knows no classes. */
export type Palette = {
  series: string[]
  ink: string
  muted: string
  line: string
  surface: string
  failed: string
  warning: string
  font: string
}

export function readPalette(element: Element = document.documentElement): Palette {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(name).trim() || 'gray'
  return {
    series: Array.from({ length: 8 }, (_, i) => token(`--series-${i + 1}`)),
    ink: token('--ink'),
    muted: token('--muted'),
    line: token('--line'),
    surface: token('--surface'),
    failed: token('--failed'),
    warning: token('--warning'),
    font: `11px ${getComputedStyle(document.body).fontFamily}`
  }
}

/** Calls `listener` when the theme changes, by choice or with the system. */
export function onThemeChange(listener: () => void) {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}
