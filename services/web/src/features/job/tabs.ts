export const TABS = ['charts', 'logs', 'config', 'artifacts', 'lineage'] as const
export type TabId = (typeof TABS)[number]

export const TAB_WORDS: Record<TabId, string> = {
  charts: 'Charts',
  logs: 'Logs',
  config: 'Config',
  artifacts: 'Artifacts',
  lineage: 'Lineage'
}

/** The tab that the address names; charts where it names none. */
export const readTab = (text: string | undefined): TabId => TABS.find((tab) => tab === text) ?? 'charts'

export const neighbour = (tab: TabId, by: 1 | -1): TabId =>
  TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? tab
