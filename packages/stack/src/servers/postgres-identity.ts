import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { withDeathSignal } from '../processes/death-signal.ts'

const nobody = 65_534

/** Postgres refuses to run as root, so root has to become somebody else first. */
export type PostgresIdentity = {
  /** Where bin/ is and where the data goes; both differ from what was asked for only as `nobody`. */
  home: string
  dataDir: string
  /** A sentence for the log when the data is not where the user expects it. */
  notice?: string
  /** The command line as that user, ended with the parent by a fast shutdown (TERM would wait for clients). */
  wrap: (command: string, args: string[]) => { command: string; args: string[] }
  /** Gives a file that was made for Postgres to the user it runs as. */
  own: (path: string) => void
}

/** A user namespace in which root's files belong to user 65534: data stays where it is, nothing is added to the system. */
const namespace = ['--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--']

function canUnshare() {
  return spawnSync('unshare', [...namespace, 'true'], { stdio: 'ignore' }).status === 0
}

/** Copies the server where `nobody` can read it: from a checkout under a 0700 home it cannot. */
function copyHome(home: string, to: string): string {
  const copy = join(to, 'server')
  if (existsSync(copy)) return copy
  const half = `${copy}.${process.pid}`
  rmSync(half, { recursive: true, force: true })
  cpSync(home, half, { recursive: true, verbatimSymlinks: true })
  renameSync(half, copy)
  return copy
}

/**
 * @param home folder of the server's bin/, lib/ and share/
 * @param dataDir where the cluster should live
 * @param temporary parent folder for the last resort, `nobody`
 */
export function postgresIdentity(
  home: string,
  dataDir: string,
  isRoot = process.getuid?.() === 0,
  namespaces = isRoot && process.platform === 'linux' && canUnshare(),
  temporary = tmpdir()
): PostgresIdentity {
  const same = { home, dataDir, own: () => undefined }
  if (!isRoot) return { ...same, wrap: (command, args) => withDeathSignal('INT', command, args) }
  if (namespaces) {
    // The death signal is set last: entering the namespace clears it.
    return {
      ...same,
      wrap: (command, args) => {
        const inner = withDeathSignal('INT', command, args)
        return { command: 'unshare', args: [...namespace, inner.command, ...inner.args] }
      }
    }
  }
  if (process.platform !== 'linux') {
    throw new Error('Postgres does not run as root here. Start Trainyard as an ordinary user.')
  }
  const key = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  const folder = join(temporary, `trainyard-postgres-${key}`)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const own = (path: string) => chownSync(path, nobody, nobody)
  own(folder)
  const ids = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--pdeathsig', 'INT', '--']
  return {
    home: copyHome(home, folder),
    dataDir: join(folder, basename(dataDir)),
    notice: `Running as root without user namespaces: Postgres runs as nobody and keeps its data in ${folder}`,
    // Ids and death signal in one call: a second one would clear the signal.
    wrap: (command, args) => ({ command: 'setpriv', args: [...ids, command, ...args] }),
    own
  }
}
