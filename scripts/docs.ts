import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot, pythonBinary } from '../packages/stack/src/paths.ts'
import { startStack } from '../packages/stack/src/start-stack.ts'
import { errorsPage } from './errors-page.ts'

// Writes again what is generated and committed, each of which a test compares: docs/errors.md from the table, the
// catalogue of architectures from the trainer, docs/openapi.json as a running platform serves it.
const at = (...path: string[]) => join(projectRoot, ...path)

await writeFile(at('docs/errors.md'), errorsPage())
execFileSync(
  pythonBinary,
  ['-m', 'trainyard_trainer', 'describe', '--out', at('packages/contracts/src/architectures.json')],
  { cwd: at('trainer'), stdio: 'inherit' }
)
const dataDir = await mkdtemp(join(tmpdir(), 'trainyard-docs-'))
const stack = await startStack({ dataDir, workers: 0 })
try {
  const document: unknown = JSON.parse(await (await fetch(`${stack.url}/api-docs.json`)).text())
  await writeFile(at('docs/openapi.json'), `${JSON.stringify(document, null, 2)}\n`)
} finally {
  await stack.stop()
  await rm(dataDir, { recursive: true, force: true })
}
process.stdout.write('docs/errors.md, docs/openapi.json and architectures.json are written.\n')
