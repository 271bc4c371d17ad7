/** What a person likes on this device. */
export type Prefs = {
  theme: 'system' | 'light' | 'dark'
  density: 'comfortable' | 'compact'
  time: 'local' | 'utc'
  /** Single-key shortcuts. */
  keys: 'on' | 'off'
  /** Notifications at the end of a training; `ask` until the person was asked. */
  notices: 'ask' | 'on' | 'off'
}
export const DEFAULT_PREFS: Prefs = {
  theme: 'system',
  density: 'comfortable',
  time: 'local',
  keys: 'on',
  notices: 'ask'
}

const CHOICES: { [K in keyof Prefs]: readonly Prefs[K][] } = {
  theme: ['system', 'light', 'dark'],
  density: ['comfortable', 'compact'],
  time: ['local', 'utc'],
  keys: ['on', 'off'],
  notices: ['ask', 'on', 'off']
}
const YEAR_S = 31_536_000

/** From a cookie header; whatever is not as it should be falls back to the default. */
export function parsePrefs(cookies: string): Prefs {
  const raw = /(?:^|;\s*)ty_prefs=([^;]*)/.exec(cookies)?.[1]
  const given = raw === undefined ? {} : parsed(raw)
  const pick = <K extends keyof Prefs>(key: K): Prefs[K] =>
    CHOICES[key].find((choice) => choice === given[key]) ?? DEFAULT_PREFS[key]
  return {
    theme: pick('theme'),
    density: pick('density'),
    time: pick('time'),
    keys: pick('keys'),
    notices: pick('notices')
  }
}

function parsed(raw: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decodeURIComponent(raw))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

export const prefsCookie = (prefs: Prefs) =>
  `ty_prefs=${encodeURIComponent(JSON.stringify(prefs))}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`
