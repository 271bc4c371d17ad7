import { type Browser, chromium } from 'playwright-core'
import { requireChromium } from './chromium.ts'

/** No sandbox, because tests run as root in containers; no GPU, so that pictures and times do not depend on one. */
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--no-first-run'
]

/**
 * One Chromium for a whole file. With `through` every connection to 127.0.0.1 goes to that port instead, whatever
 * port the address names: a fault proxy then stands between page and platform without the page's origin changing.
 */
export function launchBrowser(through?: number): Promise<Browser> {
  const mapping = through === undefined ? [] : [`--host-resolver-rules=MAP 127.0.0.1 127.0.0.1:${through}`]
  return chromium.launch({ executablePath: requireChromium(), args: [...args, ...mapping] })
}
