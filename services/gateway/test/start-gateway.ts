import { type ChildProcess, fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { newId } from '@trainyard/service-kit/ids'
import { freshRedis } from '@trainyard/testing/redis'
import type { TestContext } from '@trainyard/testing/test-context'
import { SignJWT } from 'jose'
import { builtPages } from './built-pages.ts'

/** Small heaps, as the embedded stack starts its services, so that memory that grows is seen. */
const FLAGS = ['--max-semi-space-size=2', '--optimize-for-size', '--max-old-space-size=160']
/** Compiled code of earlier starts, which makes the next one quicker. */
const CACHE = fileURLToPath(new URL('../../../.runtime/compile-cache', import.meta.url))
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A real HTTP server on a free port that does what the test says. */
export async function upstream(t: TestContext, listener: RequestListener, port = 0) {
  const server = createServer(listener).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  t.teardown(stop)
  const { port: actual } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${actual}`, port: actual, stop, server }
}

export const json = (res: ServerResponse, body: unknown, status = 200) =>
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** What reached an upstream, sent back to the caller. */
export const echo = (req: IncomingMessage, res: ServerResponse) =>
  json(res, { method: req.method, url: req.url, headers: req.headers })

function keyPair(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey,
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' }
  }
}

/** Stands for auth: keys, revocations, and what the gateway asks about sessions. */
export async function startIssuer(t: TestContext, ended: string[] = []) {
  const key = keyPair('k1')
  const revoked = { sessions: ended, users: [] as { id: string; ver: number }[] }
  const state = { away: false, asked: 0, ready: true }
  const rest = await upstream(t, (req, res) =>
    req.url === '/.well-known/jwks.json' ? json(res, { keys: [key.jwk] }) : echo(req, res)
  )
  const internal = await upstream(t, (req, res) => {
    if (state.away) return req.socket.destroy()
    if (req.url === '/internal/revocations') return json(res, revoked)
    if (req.url === '/readyz') return json(res, {}, state.ready ? 200 : 503)
    if (req.url === '/openapi.json') return json(res, document('/api/auth/login', 'Accounts'))
    state.asked++
    let body = ''
    req.on('data', (chunk) => (body += chunk))
    req.on('end', () => json(res, { active: !revoked.sessions.includes(JSON.parse(body).sid) }))
  })
  const sign = (typ: string, audience: string, claims: object, expires: string | number = '15 minutes') =>
    new SignJWT({ ver: 1, role: 'member', sid: newId(), workspace_id: newId(), ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ })
      .setIssuer('trainyard')
      .setAudience(audience)
      .setSubject(newId())
      .setJti(newId())
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(key.privateKey)
  return {
    rest,
    internal,
    revoked,
    state,
    token: (claims: object = {}, expires?: string | number) =>
      sign('at+jwt', 'trainyard-api', claims, expires),
    boardToken: (claims: object = {}, expires?: string | number) =>
      sign('board+jwt', 'board', claims, expires)
  }
}

export const document = (path: string, tag: string) => ({
  openapi: '3.1.0',
  info: { title: tag, version: '1' },
  paths: { [path]: { get: { operationId: tag, tags: [tag] } } },
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } }
})

type Upstreams = Partial<
  Record<'dataset' | 'job' | 'jobInternal' | 'datasetStore' | 'artifactStore', RequestListener>
> & {
  /** Sessions that the first list of revocations names. */
  revoked?: string[]
}

/** The gateway as a process of its own, between real sockets, with a real Redis. */
export async function startGateway(
  t: TestContext,
  listeners: Upstreams = {},
  env: Record<string, string> = {}
) {
  const issuer = await startIssuer(t, listeners.revoked)
  const own = keyPair('gateway')
  const internal =
    (path: string, tag: string): RequestListener =>
    (req, res) =>
      req.url === '/openapi.json' ? json(res, document(path, tag)) : echo(req, res)
  const dataset = await upstream(t, listeners.dataset ?? echo)
  const job = await upstream(t, listeners.job ?? echo)
  const datasetStore = await upstream(t, listeners.datasetStore ?? echo)
  const artifactStore = await upstream(t, listeners.artifactStore ?? echo)
  const datasetInternal = await upstream(t, internal('/api/datasets', 'Datasets'))
  const jobInternal = await upstream(t, listeners.jobInternal ?? internal('/api/training', 'Training'))
  const child = fork(MAIN, {
    execArgv: FLAGS,
    silent: true,
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: CACHE,
      PORT: '0',
      INTERNAL_PORT: '0',
      SERVICE_KEY: own.pem,
      SERVICE_JWKS: JSON.stringify({ keys: [own.jwk] }),
      REDIS_URL: (await freshRedis(t)).url,
      PUBLIC_URLS: 'http://trainyard.test:3000,https://trainyard.test',
      AUTH_URL: issuer.rest.url,
      AUTH_INTERNAL_URL: issuer.internal.url,
      DATASET_URL: dataset.url,
      DATASET_INTERNAL_URL: datasetInternal.url,
      JOB_URL: job.url,
      JOB_INTERNAL_URL: jobInternal.url,
      DATASET_STORE_URL: datasetStore.url,
      ARTIFACT_STORE_URL: artifactStore.url,
      WEB_DIR: builtPages(t),
      ...env
    }
  })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  t.teardown(() => stopProcess(child))
  const ready = await Promise.race([once(child, 'message').then(([message]) => message), once(child, 'exit')])
  if (!ready?.port) throw new Error(`the gateway did not start: ${output}`)
  const { port, internal_port: internalPort } = ready as { port: number; internal_port: number }
  return {
    issuer,
    dataset,
    job,
    child,
    port,
    url: `http://127.0.0.1:${port}`,
    internalUrl: `http://127.0.0.1:${internalPort}`,
    output: () => output
  }
}

async function stopProcess(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
