import t from 'tap'
import { parseRange } from '../src/range.ts'

t.test('one range of bytes is understood; anything else means the whole file', async (t) => {
  t.same(parseRange('bytes=0-0', 10), { start: 0, end: 0 })
  t.same(parseRange('bytes=5-', 10), { start: 5, end: 9 })
  t.same(parseRange('bytes=5-99', 10), { start: 5, end: 9 })
  t.same(parseRange('bytes=-99', 10), { start: 0, end: 9 })
  t.equal(parseRange('bytes=-0', 10), 'outside')
  t.equal(parseRange('bytes=0-', 0), 'outside')
  for (const ignored of [
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=3-1',
    'bytes=0-1,3-4',
    'rows=0-1',
    'bytes=a-b'
  ]) {
    t.equal(parseRange(ignored, 10), null)
  }
})
