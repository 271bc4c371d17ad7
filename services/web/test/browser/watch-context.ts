import type { BrowserContext, Page } from 'playwright-core'

/** What a browser complained about and what went over its sockets, in order; the newest 5,000 lines of each. */
export type Watch = {
  /** Console errors, errors nobody caught, and reports of the content policy, but for those that were expected. */
  problems: () => string[]
  /** The test provokes this one: Chromium itself logs every refused request as an error. */
  expect: (pattern: RegExp) => void
  console: string[]
  sockets: string[]
}

const kept = 5_000

function reportViolations() {
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
    console.error(`Content policy: ${violatedDirective} blocked ${blockedURI} ${sample}`)
  )
}

/** Listens to every page of the context, those that open later too. */
export async function watchContext(context: BrowserContext): Promise<Watch> {
  const [lines, sockets, problems]: string[][] = [[], [], []]
  const expected: RegExp[] = []
  const add = (list: string[] | undefined, line: string) => {
    list?.push(`${new Date().toISOString().slice(11, 23)} ${line}`)
    if (list && list.length > kept) list.shift()
  }
  const watchPage = (page: Page) => {
    page.on('console', (message) => {
      const line = `${message.type()} ${message.text()} (${message.location().url || page.url()})`
      add(lines, line)
      if (message.type() === 'error') problems?.push(line)
    })
    page.on('pageerror', (error) => {
      add(lines, `uncaught ${error.stack ?? error.message}`)
      problems?.push(`uncaught ${error.message}`)
    })
    page.on('crash', () => problems?.push('the page crashed'))
    page.on('websocket', (socket) => {
      add(sockets, `open ${socket.url()}`)
      socket.on('framesent', ({ payload }) => add(sockets, `> ${withoutToken(String(payload))}`))
      socket.on('framereceived', ({ payload }) => add(sockets, `< ${payload}`))
      socket.on('close', () => add(sockets, 'closed'))
    })
  }
  context.on('page', watchPage)
  await context.addInitScript(reportViolations)
  return {
    problems: () => (problems ?? []).filter((line) => !expected.some((pattern) => pattern.test(line))),
    expect: (pattern) => void expected.push(pattern),
    console: lines ?? [],
    sockets: sockets ?? []
  }
}

const withoutToken = (frame: string) => frame.replace(/"token":"[^"]*"/, '"token":"…"')
