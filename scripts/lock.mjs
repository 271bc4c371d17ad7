import { createHash } from 'node:crypto'
import { statSync, unlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A lock on a folder, held by listening on a local socket: the kernel frees it the moment the process ends, however it
 * ends, so there is no stale lock file to judge. On Linux the socket has no file at all (an abstract name); elsewhere
 * its file stays behind after a kill, which shows by nobody answering.
 *
 * The name is made from the folder's device and inode: the same folder by another path is the same lock, and another
 * folder at the same path (a container that shares the network) is not.
 */
function address(purpose, folder) {
  const { dev, ino } = statSync(folder)
  const name = `trainyard-${purpose}-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 24)}`
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`)
}

/** Whoever asks is told the holder's process id. */
function listen(path) {
  return new Promise((done, fail) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.end(String(process.pid))
    })
    server.once('error', fail)
    server.listen({ path }, () => {
      server.unref()
      done(server)
    })
  })
}

function askHolder(path) {
  return new Promise((done) => {
    let reply = ''
    const socket = connect({ path })
    socket.setTimeout(2_000, () => socket.destroy())
    socket.on('data', (chunk) => {
      reply += chunk
    })
    // Refused: only the file is left. Silent: the holder is stopped or busy, and still the holder.
    socket.once('error', (error) => done(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? null : 0))
    socket.once('close', () => done(Number(reply)))
  })
}

/**
 * @param {string} purpose what the lock is for, in letters
 * @param {string} folder an existing folder
 * @returns {Promise<{ release: () => void, holder?: undefined } | { release?: undefined, holder: number }>} the lock, or
 * the process id of its holder (0 when it does not answer)
 */
export async function tryLock(purpose, folder) {
  const path = address(purpose, folder)
  for (let tries = 0; tries < 5; tries++) {
    try {
      const server = await listen(path)
      return { release: () => server.close() }
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error
    }
    const holder = await askHolder(path)
    if (holder !== null) return { holder }
    if (!path.startsWith('\0')) unlinkSync(path)
  }
  return { holder: 0 }
}
