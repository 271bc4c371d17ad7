import t from 'tap'
import { Type } from 'typebox'
import { LINK_SECONDS, publicBase, readLink, signLink } from '../src/signed-link.ts'

const Target = Type.Object({ id: Type.String() })
const signer = { secret: Buffer.alloc(32, 1), prefix: 'd' as const }

t.test(
  'a link opens what it names until it ends, and nothing once a character of it was changed',
  async (t) => {
    const now = 1_800_000_000_000
    const { token, expires_at } = signLink(signer, { id: 'a' }, now)
    t.equal(Date.parse(expires_at), now + LINK_SECONDS * 1_000)
    t.same(readLink(signer, Target, token, now), { id: 'a' })
    t.same(readLink(signer, Target, token, now + LINK_SECONDS * 1_000 - 1), { id: 'a' })
    const refused = { code: 'LINK_NOT_FOUND' }
    t.throws(() => readLink(signer, Target, token, now + LINK_SECONDS * 1_000), refused, 'expired')
    for (let i = 0; i < token.length; i++) {
      for (const other of ['A', 'B', '-', '.', 'é']) {
        if (token[i] === other) continue
        t.throws(() => readLink(signer, Target, token.slice(0, i) + other + token.slice(i + 1), now), refused)
      }
    }
    for (const nonsense of ['', 'd_', 'd_.', 'd_x.y', token.slice(1), `${token}A`, token.repeat(100)]) {
      t.throws(() => readLink(signer, Target, nonsense, now), refused)
    }
    t.throws(() => readLink({ ...signer, prefix: 'j' }, Target, token, now), refused, 'of another service')
    t.throws(() => readLink({ ...signer, secret: Buffer.alloc(32, 2) }, Target, token, now), refused)
    t.throws(() => readLink(signer, Type.Object({ id: Type.Integer() }), token, now), refused)
  }
)

t.test('an address of ours is kept, any other becomes the canonical one', async (t) => {
  const ours = ['https://a.example', 'http://127.0.0.1:3000']
  t.equal(publicBase(ours, '127.0.0.1:3000'), 'http://127.0.0.1:3000')
  t.equal(publicBase(ours, 'evil.example'), 'https://a.example')
  t.equal(publicBase(ours, undefined), 'https://a.example')
})
