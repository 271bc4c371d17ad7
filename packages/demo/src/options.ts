import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Sentence } from '@trainyard/stack/sentence'

const usage = 'Usage: npm run demo [-- --file my.csv --target column] [--keep]'

export type DemoOptions = {
  file: string
  target: string
  /** Leaves the platform running at the end. */
  keep: boolean
}

/** The Palmer penguins (Horst, Hill and Gorman, 2020), as the npm package vega-datasets brings them. */
function penguins(): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  return join(dirname(entry), '../data/penguins.json')
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        file: { type: 'string' },
        target: { type: 'string' },
        keep: { type: 'boolean', default: false }
      }
    }).values
  } catch (error) {
    throw new Sentence(`${(error as Error).message.split('. ')[0]}. ${usage}`)
  }
}

/** `cwd` is where the person typed the command: a relative path means a file there. */
export function demoOptions(args: string[], cwd: string): DemoOptions {
  const { file, target, keep } = parsed(args)
  if (file === undefined && target === undefined) return { file: penguins(), target: 'Species', keep }
  if (file === undefined || target === undefined) {
    throw new Sentence(`--file and --target go together: a file, and the column to predict. ${usage}`)
  }
  const path = resolve(cwd, file)
  if (!existsSync(path)) throw new Sentence(`There is no file ${path}.`)
  return { file: path, target, keep }
}
