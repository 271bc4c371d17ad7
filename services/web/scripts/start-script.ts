import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Plugin } from 'vite'

/** What the bundler says of a file; `moduleIds` are the sources that lie in it. */
type Built = { fileName: string; imports?: string[]; moduleIds?: string[] }
type Bundle = Record<string, Built>
/** A pattern of the address's path, and the files that its page needs beside the first one. */
type EarlyPage = [pattern: string, files: string[]]

const web = resolve(import.meta.dirname, '..')
const THEME = '/src/start/theme.js'
const FIRST = 'src/main.tsx'
const SHELL = 'src/app/shell.tsx'

/** Pages by address, read off the router's table, so that there is one. A route is a path (or `index`) and its module. */
export function pagesOf(routes: string): { pattern: string; module: string }[] {
  const found = routes.matchAll(
    /\{\s*(?:index: true|path: '([^'*]+)'),\s*lazy: \(\) => import\('\.\/([^']+)'\)/g
  )
  return [...found].map(([, path = '', module = '']) => ({
    pattern: `^/${path.replaceAll(/\/:\w+\?/g, '(/[^/]+)?').replaceAll(/:\w+/g, '[^/]+')}/?$`,
    module: `src/${module}`
  }))
}

/** The file that a module lies in, and all that it imports. */
function filesOf(bundle: Bundle, module: string): Set<string> {
  const path = join(web, module)
  const home = Object.values(bundle).find(({ moduleIds }) => moduleIds?.includes(path))
  if (!home) throw new Error(`${module} is in no file of the build`)
  const files = new Set<string>()
  const add = (name: string) => {
    if (files.has(name)) return
    files.add(name)
    for (const next of bundle[name]?.imports ?? []) add(next)
  }
  add(home.fileName)
  return files
}

function earlyPages(bundle: Bundle, routes: string): EarlyPage[] {
  const first = filesOf(bundle, FIRST)
  return pagesOf(routes).map(({ pattern, module }) => {
    const files = [...new Set([...filesOf(bundle, SHELL), ...filesOf(bundle, module)])]
    return [pattern, files.filter((file) => !first.has(file)).map((file) => `/${file}`)]
  })
}

/**
 * The script before the first paint: it sets the theme, and asks for the modules of the page that the address names,
 * which the browser would otherwise learn of only when the first module runs. A file, because the content policy allows
 * no script inside the page, and named by its content, so that it is asked for once.
 */
export function startScript(): Plugin {
  return {
    name: 'start-script',
    apply: 'build',
    writeBundle: {
      sequential: true,
      async handler({ dir = 'dist' }, bundle) {
        const read = (path: string) => readFile(join(web, path), 'utf8')
        const [routes, theme, preload] = await Promise.all(
          ['src/routes.tsx', 'src/start/theme.js', 'src/start/preload.js'].map(read)
        )
        const pages = earlyPages(bundle, routes ?? '')
        const code = `${theme};(${preload?.trim()})(${JSON.stringify(pages)})\n`
        const hash = createHash('sha256').update(code).digest('base64url').slice(0, 8)
        const name = `assets/start-${hash}.js`
        const page = await readFile(join(dir, 'index.html'), 'utf8')
        if (!page.includes(THEME)) throw new Error(`index.html does not load ${THEME}`)
        await writeFile(join(dir, name), code)
        await writeFile(join(dir, 'index.html'), page.replace(THEME, `/${name}`))
      }
    }
  }
}
