import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * Preloaded into every service (`node --import`). A service has 1,200 to 1,600 modules, and to find out what each of
 * their imports means Node reads package.json files and asks the file system again at every start: about a third of
 * a start's processor time. What a package is called by does not change until packages are installed again, so the
 * answers are kept, together with the hash of pnpm's own record of what is installed. Only answers that lie in
 * node_modules are kept: our own code is looked up anew each time.
 */
const root = new URL('../', import.meta.url)
const packages = new URL('node_modules/', root).href
const script = relative(fileURLToPath(root), process.argv[1] ?? '')
const file = fileURLToPath(
  new URL(`.runtime/import-cache/${script.replace(/[^\w.-]+/g, '-').slice(-100)}.json`, root)
)
/** More than any process of ours imports; past it nothing new is kept. */
const MOST = 10_000

function installed() {
  try {
    const record = readFileSync(new URL('node_modules/.pnpm/lock.yaml', root))
    return createHash('sha256').update(process.version).update(record).digest('hex')
  } catch {
    // Installed by something else than pnpm: nothing says when the packages change, so nothing is kept.
    return undefined
  }
}

function read(hash) {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8'))
    return kept.installed === hash ? new Map(kept.imports) : new Map()
  } catch {
    // The first start, or a file that was cut short: it is made again.
    return new Map()
  }
}

const hash = installed()
/** From `conditions, specifier, importing file` to `[address, format]`; addresses as seen from the project's folder. */
const known = hash ? read(hash) : new Map()
const before = known.size
const short = (url) => url.slice(root.href.length)

/**
 * On a first start: for each relative import Node looks up the package.json above it and parses its `exports` again;
 * drizzle-orm's is 179 kB and it has 140 modules, which cost 0.9 s of processor time in each service. A relative import
 * of an ES module in that package is an ES module at that address, so nothing needs to be looked up.
 */
const isPlain = (specifier, parent) =>
  specifier.startsWith('.') && parent.includes('/node_modules/drizzle-orm/')

/** Of a package; JSON and the like are few, and are left to Node. */
const isScript = (url) => url.startsWith(packages) && /\.[cm]?js$/.test(url)

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL: parent, conditions } = context
    if (!parent?.startsWith(root.href) || specifier.startsWith('node:')) return next(specifier, context)
    if (isPlain(specifier, parent)) {
      return { url: new URL(specifier, parent).href, format: 'module', shortCircuit: true }
    }
    const key = `${conditions} ${specifier} ${short(parent)}`
    const hit = known.get(key)
    if (hit) return { url: root.href + hit[0], format: hit[1] ?? undefined, shortCircuit: true }
    const found = next(specifier, context)
    if (hash && isScript(found.url) && known.size < MOST) {
      known.set(key, [short(found.url), found.format])
    }
    return found
  }
})

process.once('exit', () => {
  if (known.size === before) return
  const half = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(half, JSON.stringify({ installed: hash, imports: [...known] }))
    renameSync(half, file)
  } catch {
    // A disk that is full or may not be written: the next start takes a little longer.
  }
})
