/**
 * What each page's first visit loads, in KiB of gzip, against its budget: `node scripts/bundle-budget.ts [dist]`.
 * Fails when a budget is broken, so that a heavy import is noticed where it is made.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

type Chunk = { file: string; imports?: string[]; css?: string[]; isEntry?: boolean }
type Manifest = Record<string, Chunk>
type Row = { name: string; kib: number; budget: number; files: number }

const ENTRY = 'index.html'
const SHELL = 'src/app/shell.tsx'
/** The modules that the router loads for a page, beside the entry, and what they may weigh together. */
const PAGES = [
  { name: 'sign-in', modules: [], budget: 125 },
  { name: 'overview', modules: [SHELL, 'src/features/overview/page.tsx'], budget: 240 },
  { name: 'datasets', modules: [SHELL, 'src/features/datasets/page.tsx'], budget: 240 },
  { name: 'jobs', modules: [SHELL, 'src/features/jobs/page.tsx'], budget: 240 },
  { name: 'job', modules: [SHELL, 'src/features/job/page.tsx'], budget: 265 },
  { name: 'new training', modules: [SHELL, 'src/features/train/page.tsx'], budget: 280 }
]
const CSS_BUDGET = 20

/** Every chunk that a module needs before it runs, by its static imports. */
function chunksOf(manifest: Manifest, name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`${name} is not in the manifest; it was renamed, or this is another build`)
  if (seen.has(name)) return seen
  seen.add(name)
  for (const next of chunk.imports ?? []) chunksOf(manifest, next, seen)
  return seen
}

/** The table of a build. */
export function weigh(dist: string): Row[] {
  const manifest: Manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
  const sizes = new Map<string, number>()
  const sizeOf = (file: string) => {
    const known = sizes.get(file) ?? gzipSync(readFileSync(join(dist, file)), { level: 9 }).length / 1_024
    sizes.set(file, known)
    return known
  }
  const sum = (files: Iterable<string>) => [...files].reduce((total, file) => total + sizeOf(file), 0)
  const rows = PAGES.map(({ name, modules, budget }) => {
    const names = new Set([ENTRY, ...modules].flatMap((module) => [...chunksOf(manifest, module)]))
    const files = new Set([...names].flatMap((chunk) => manifest[chunk]?.file ?? []))
    return { name, kib: sum(files), budget, files: files.size }
  })
  const css = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []))
  return [...rows, { name: 'css', kib: sum(css), budget: CSS_BUDGET, files: css.size }]
}

const line = ({ name, kib, budget, files }: Row) =>
  [
    name.padEnd(14),
    kib.toFixed(1).padStart(7),
    String(budget).padStart(7),
    String(files).padStart(6),
    kib > budget ? '  over' : ''
  ].join(' ')

if (import.meta.main) {
  const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url))
  const rows = weigh(dist)
  process.stdout.write(`page            gzip KiB  budget  files\n${rows.map(line).join('\n')}\n`)
  if (rows.some(({ kib, budget }) => kib > budget)) process.exitCode = 1
}
