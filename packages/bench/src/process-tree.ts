import { readdir, readFile } from 'node:fs/promises'

export type Process = { pid: number; parent: number; command: string; pssBytes: number }

/**
 * The process `root` and all that descends from it, each with its proportional set size: memory shared by n
 * processes counts one nth in each, so that the sum is what the machine really gives. Linux alone.
 */
export async function processTree(root: number): Promise<Process[]> {
  const all = (
    await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(readProcess))
  ).filter((found) => found !== undefined)
  const inTree = new Set([root])
  // A child's number may be smaller than its parent's, so it takes rounds until nothing is added.
  for (let before = 0; before !== inTree.size; ) {
    before = inTree.size
    for (const { pid, parent } of all) if (inTree.has(parent)) inTree.add(pid)
  }
  return all.filter(({ pid }) => inTree.has(pid))
}

async function readProcess(name: string): Promise<Process | undefined> {
  try {
    const [stat, command, memory] = await Promise.all([
      readFile(`/proc/${name}/stat`, 'utf8'),
      readFile(`/proc/${name}/cmdline`, 'utf8'),
      readFile(`/proc/${name}/smaps_rollup`, 'utf8')
    ])
    // The name in the second field may itself hold blanks and brackets.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    const pss = /^Pss:\s+(\d+) kB$/m.exec(memory)?.[1]
    return {
      pid: Number(name),
      parent,
      command: command.replaceAll('\0', ' ').trim(),
      pssBytes: Number(pss ?? 0) * 1_024
    }
  } catch (err) {
    // It ended while we looked, or it is a kernel thread without memory of its own.
    if (err instanceof Error && 'code' in err && ['ENOENT', 'ESRCH', 'EACCES'].includes(String(err.code)))
      return undefined
    throw err
  }
}
