import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pythonBinary } from '@trainyard/stack/paths'

export type Row = Record<string, unknown>
export type Prediction = { prediction: unknown; probabilities?: Record<string, number> }

const run = promisify(execFile)
const LIMIT_MS = 120_000

/**
 * Runs the downloaded predict.py over `rows` as anybody would who has the two files: isolated, without the platform's
 * packages or addresses, in the folder of the download.
 */
export async function predictOutside(
  folder: string,
  rows: Row[],
  signal: AbortSignal
): Promise<Prediction[]> {
  await writeFile(join(folder, 'rows.json'), JSON.stringify(rows))
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const { stdout } = await run(pythonBinary, ['-I', 'predict.py', 'model.pt', 'rows.json'], {
    cwd: folder,
    env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), LC_ALL: 'C.UTF-8' },
    timeout: LIMIT_MS,
    signal
  })
  return (JSON.parse(stdout) as { predictions: Prediction[] }).predictions
}
