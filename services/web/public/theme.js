// Runs before the first paint, so that the page never flashes in the wrong theme.
;(() => {
  const found = /(?:^|;\s*)ty_prefs=([^;]*)/.exec(document.cookie)
  let prefs = {}
  try {
    prefs = found ? JSON.parse(decodeURIComponent(found[1])) : {}
  } catch {
    prefs = {}
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const root = document.documentElement
  root.dataset.theme = prefs.theme === 'dark' || prefs.theme === 'light' ? prefs.theme : system
  root.dataset.density = prefs.density === 'compact' ? 'compact' : 'comfortable'
})()
