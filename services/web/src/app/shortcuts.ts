/** Where `g` and a letter lead. */
export const GO_TO = [
  { key: 'o', to: '/', label: 'Overview' },
  { key: 'd', to: '/datasets', label: 'Datasets' },
  { key: 'j', to: '/jobs', label: 'Jobs' },
  { key: 's', to: '/settings', label: 'Settings' }
] as const

type Group = { title: string; keys: { keys: string[]; does: string }[] }

/** What `?` lists. */
export const SHORTCUTS: Group[] = [
  {
    title: 'Everywhere',
    keys: [
      { keys: ['Ctrl K', '⌘ K'], does: 'Search, or jump to a page' },
      { keys: ['?'], does: 'This list' },
      ...GO_TO.map(({ key, label }) => ({ keys: [`g ${key}`], does: label })),
      { keys: ['n'], does: 'New training' },
      { keys: ['/'], does: 'Filter the list' }
    ]
  },
  {
    title: 'Jobs',
    keys: [
      { keys: ['j', 'k'], does: 'Next, previous row' },
      { keys: ['x'], does: 'Select the row' },
      { keys: ['Enter'], does: 'Open the row' },
      { keys: ['c'], does: 'Compare what is selected' }
    ]
  },
  {
    title: 'A job',
    keys: [
      { keys: ['[', ']'], does: 'Previous, next tab' },
      { keys: ['l'], does: 'Logarithmic scale' },
      { keys: ['f'], does: 'Follow the log' },
      { keys: ['s'], does: 'Stop' },
      { keys: ['r'], does: 'Resume' },
      { keys: ['e'], does: 'Clone' },
      { keys: ['y'], does: 'Copy the link to this view' }
    ]
  },
  { title: 'New training', keys: [{ keys: ['Ctrl Enter'], does: 'Train' }] }
]
