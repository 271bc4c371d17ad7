import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { install } from './say.mjs'
import { Sentence } from './sentence.mjs'
import { hashOf, isStamped, removeStamp, writeStamp } from './stamp.mjs'

/** Node's own packages, as the lock file says. */
export function nodePackages(root) {
  const stamp = join(root, 'node_modules/.trainyard-stamp')
  const hash = hashOf([join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml')])
  return {
    what: 'the Node packages',
    size: 'about 600 MB',
    where: 'node_modules',
    present: () => isStamped(stamp, hash),
    install: async () => {
      removeStamp(stamp)
      // pnpm is called only here: without network npx waits for minutes, even for a version that it has.
      await install('the Node packages', 'npx', ['--yes', 'pnpm@12', 'install', '--frozen-lockfile'], {
        cwd: root,
        env: { ...process.env, CI: '1', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' }
      })
      writeStamp(stamp, hash)
    }
  }
}

/** Node 24 from the packages; on a platform that has none, the running one where it is new enough. */
export function nodeBinary(root) {
  const packaged = join(root, 'node_modules/.bin/node')
  if (existsSync(packaged)) return packaged
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new Sentence(
    `There is no packaged Node 24 for ${process.platform} on ${process.arch}. Install Node 24 and start again.`
  )
}
