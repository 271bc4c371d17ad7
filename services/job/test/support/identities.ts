import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '@trainyard/service-kit/ids'
import { ACCESS_AUDIENCE } from '@trainyard/service-kit/user-auth'
import { exportJWK, exportPKCS8, generateKeyPair, SignJWT } from 'jose'
import type { Test } from './world.ts'

/** A person with a workspace of their own, and their access token. */
export type Person = { id: string; workspace: string; token: string }

/** Service keys and the key set of all services, as the stack makes them. */
export async function serviceKeys() {
  const names = ['auth', 'dataset', 'job', 'gateway'] as const
  const pairs = await Promise.all(
    names.map(async (name) => {
      const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
      return {
        name,
        pem: await exportPKCS8(privateKey),
        jwk: { ...(await exportJWK(publicKey)), kid: name, alg: 'EdDSA' }
      }
    })
  )
  const pem = Object.fromEntries(pairs.map(({ name, pem }) => [name, pem]))
  return { pem, jwks: JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }) }
}

/** Publishes the keys of access tokens, as auth does, and signs in whom a test needs. */
export async function authority(t: Test) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA' }] })
  const server = createServer((_req, res) => res.setHeader('content-type', 'application/json').end(keys))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const person = async (): Promise<Person> => {
    const id = newId()
    const workspace = newId()
    const token = await new SignJWT({ sid: newId(), ver: 1, role: 'member', workspace_id: workspace })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ: 'at+jwt' })
      .setSubject(id)
      .setIssuer('trainyard')
      .setAudience(ACCESS_AUDIENCE)
      .setIssuedAt()
      .setJti(newId())
      .setExpirationTime('15 minutes')
      .sign(privateKey)
    return { id, workspace, token }
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, person }
}
