import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
/** Where it lies on most machines, whatever the PATH says. */
export const usualPlaces = [
  '/usr/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
]

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The browser that pages are tested in: `CHROMIUM_PATH` and nothing else where it is set, then the PATH. */
export function findChromium(
  env: Record<string, string | undefined>,
  elsewhere: readonly string[] = usualPlaces
): string | undefined {
  if (env.CHROMIUM_PATH) return isProgram(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)))
  return [...onPath, ...elsewhere].find(isProgram)
}

/** What to do where there is none. */
export const noChromium = (env: Record<string, string | undefined>) =>
  env.CHROMIUM_PATH
    ? `CHROMIUM_PATH is ${env.CHROMIUM_PATH}, and no program is there. Set it to Chromium's path, or unset it.`
    : 'The pages are tested in Chromium, and there is none. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to where it is.'

/** A test without a browser has failed; it is never skipped. */
export function requireChromium(env: Record<string, string | undefined> = process.env): string {
  const found = findChromium(env)
  if (found === undefined) throw new Error(noChromium(env))
  return found
}
