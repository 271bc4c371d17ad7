// Runs before the first paint, so that the page never flashes in the wrong theme; then follows the system's theme and
// the preferences (event `ty-prefs`).
;(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const read = () => {
    const found = /(?:^|;\s*)ty_prefs=([^;]*)/.exec(document.cookie)
    try {
      return (found && JSON.parse(decodeURIComponent(found[1]))) || {}
    } catch {
      return {}
    }
  }
  const apply = () => {
    const { theme, density, keys } = read()
    const { dataset } = document.documentElement
    dataset.theme = theme === 'dark' || theme === 'light' ? theme : dark.matches ? 'dark' : 'light'
    dataset.density = density === 'compact' ? 'compact' : 'comfortable'
    dataset.keys = keys === 'off' ? 'off' : 'on'
  }
  apply()
  dark.addEventListener('change', apply)
  document.addEventListener('ty-prefs', apply)
})()
