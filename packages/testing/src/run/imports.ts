import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

const specifiers = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"]([^'"\s()]+)['"]/g

/** What lies outside every package and may be shared by relative path. */
const shared = /^scripts\//

/** What end-to-end tests may know of the platform: they look at it from outside. */
const blackBox = new Set([
  '@trainyard/client',
  '@trainyard/stack',
  '@trainyard/contracts',
  '@trainyard/testing'
])

type Home = { folder: string; name: string; dependencies: Set<string> }

function readHome(root: string, folder: string): Home {
  const { name, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8')
  )
  return { folder, name, dependencies: new Set(Object.keys({ ...dependencies, ...devDependencies })) }
}

/** `@scope/name/path` → `@scope/name`, `name/path` → `name`. */
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

function problemOf(specifier: string, file: string, home: Home, services: Set<string>, root: string) {
  if (specifier.startsWith('node:')) return undefined
  if (specifier.startsWith('.')) {
    const target = relative(root, resolve(root, dirname(file), specifier))
      .split(sep)
      .join('/')
    if (target.startsWith(`${home.folder}/`) || shared.test(target)) return undefined
    return 'leaves its package by a relative path'
  }
  const wanted = packageOf(specifier)
  if (wanted === home.name || wanted === 'tap') return undefined
  if (services.has(wanted)) return 'imports a service: services are run, packages are imported'
  if (home.folder === 'packages/e2e' && wanted.startsWith('@trainyard/') && !blackBox.has(wanted)) {
    return 'end-to-end tests know the client and the stack only'
  }
  if (!home.dependencies.has(wanted)) return `is not in the dependencies of ${home.folder}/package.json`
  return undefined
}

/**
 * Every import that breaks the layout, as `file: "specifier" why`: a service imports another, a package imports a
 * service, a relative path leaves its package, or a dependency is not declared where it is used.
 */
export function importProblems(root: string): string[] {
  const homes = globSync('{services,packages}/*/package.json', { cwd: root }).map((file) =>
    readHome(root, dirname(file))
  )
  const services = new Set(
    homes.filter(({ folder }) => folder.startsWith('services')).map(({ name }) => name)
  )
  return homes.flatMap((home) =>
    globSync(`${home.folder}/{src,test}/**/*.{ts,tsx}`, { cwd: root }).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(specifiers)].flatMap(([, specifier = '']) => {
        const problem = problemOf(specifier, file, home, services, root)
        return problem ? [`${file}: "${specifier}" ${problem}`] : []
      })
    )
  )
}
