import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBinary } from './node-packages.mjs'
import { quietly } from './say.mjs'
import { hashOf, isStamped, writeStamp } from './stamp.mjs'

/** What the build reads: its own sources, and the packages that they import. */
const sources = ['services/web/src', 'services/web/public', 'packages/client/src', 'packages/contracts/src']
const single = [
  'services/web/index.html',
  'services/web/vite.config.ts',
  'services/web/scripts/precompress.ts',
  'services/web/scripts/start-script.ts',
  'services/web/package.json',
  'packages/client/package.json',
  'packages/contracts/package.json',
  'pnpm-lock.yaml'
]

function filesOf(root) {
  const below = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  )
  return [...below.sort(), ...single.map((file) => join(root, file))]
}

/**
 * The built pages in `services/web/dist`: made beside it and renamed, so it is whole or not there. The names of the
 * files count as well, since a file that was moved changes what is built.
 */
export function pages(root) {
  const dist = join(root, 'services/web/dist')
  const stamp = join(dist, '.trainyard-stamp')
  const files = filesOf(root)
  const hash = hashOf(files, ...files.map((file) => file.slice(root.length)))
  return {
    what: 'the pages',
    announce: 'Building the pages (again only when they change) …',
    done: 'built the pages',
    present: () => isStamped(stamp, hash),
    install: async () => {
      const half = join(root, '.runtime/pages-unfinished')
      const old = join(root, '.runtime/pages-old')
      const web = join(root, 'services/web')
      await quietly(
        {
          doing: 'building the pages',
          failed: 'Building the pages failed',
          hint: 'The last lines say where:'
        },
        nodeBinary(root),
        [
          join(web, 'node_modules/vite/bin/vite.js'),
          'build',
          '--outDir',
          half,
          '--emptyOutDir',
          '--logLevel',
          'warn'
        ],
        { cwd: web }
      )
      writeStamp(join(half, '.trainyard-stamp'), hash)
      rmSync(old, { recursive: true, force: true })
      if (existsSync(dist)) renameSync(dist, old)
      renameSync(half, dist)
      rmSync(old, { recursive: true, force: true })
    }
  }
}
