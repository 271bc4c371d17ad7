import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { type ApiCall, asCurl, asJson, asPython } from '../../src/format/copy-as.ts'

const hostile = {
  target: `it's $HOME \`id\` "x" \\ \u202eevil\u2028 😀 \n tab\t`,
  list: Array.from({ length: 30 }, (_, i) => i / 3),
  nested: { yes: true, no: false, none: null, empty: {}, text: '' }
}
const call: ApiCall = { method: 'POST', path: '/api/training', json: hostile }

describe('copy as', () => {
  test('curl hands exactly the body over, whatever a shell would do with it', () => {
    const command = asCurl(call, 'http://localhost:3000').replace(/^curl/, 'printf "%s\\0"')
    const printed = execFileSync('/bin/sh', ['-c', command], { env: { TRAINYARD_TOKEN: 'ty_secret' } })
    const args = printed.toString().split('\0')
    expect(args.slice(0, 6)).toEqual([
      '-X',
      'POST',
      'http://localhost:3000/api/training',
      '-H',
      'Authorization: Bearer ty_secret',
      '-H'
    ])
    expect(JSON.parse(args[8] ?? '')).toEqual(hostile)
    expect(asCurl(call, '')).not.toMatch(/[\u202e\u2028]/)
  })

  test('Python holds exactly the body', () => {
    const program = asPython(call, 'http://localhost:3000')
    expect(program).not.toMatch(/[\u202e\u2028]/)
    const upTo = program.slice(0, program.indexOf('request ='))
    const printed = execFileSync('python3', ['-c', `${upTo}\nprint(json.dumps(body))`])
    expect(JSON.parse(printed.toString())).toEqual(hostile)
    execFileSync('python3', ['-c', 'import ast,sys; ast.parse(sys.argv[1])', program])
  })

  test('a request without a body has none', () => {
    const get: ApiCall = { method: 'GET', path: '/api/training/jobs' }
    expect(asCurl(get, 'http://x')).toBe(
      'curl -X GET \'http://x/api/training/jobs\' \\\n  -H "Authorization: Bearer $TRAINYARD_TOKEN"'
    )
    expect(asPython(get, 'http://x')).not.toContain('data=')
    expect(asPython(get, 'http://x')).toContain('if text else reply.status')
    expect(JSON.parse(asJson(hostile))).toEqual(hostile)
  })
})
