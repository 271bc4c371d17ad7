// @vitest-environment node
import { gzipSync } from 'node:zlib'
import { ApiError } from '@trainyard/client/errors'
import type { Dataset } from '@trainyard/contracts/dataset'
import { describe, expect, it } from 'vitest'
import { refusalByContent, refusalBySize } from '../../src/uploads/file-check.ts'
import { firstRows } from '../../src/uploads/first-rows.ts'
import { paceOf, type Sample, withSample } from '../../src/uploads/rate.ts'
import { readHead } from '../../src/uploads/read-head.ts'
import { type Request, sendFile } from '../../src/uploads/send-file.ts'
import { createUploadManager, MOST, PARALLEL } from '../../src/uploads/upload-manager.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const rowsOf = (name: string, text: string, whole = true) => firstRows(name, { bytes: bytes(text), whole })
const file = (name: string, content: string | Uint8Array<ArrayBuffer> = 'a,b\n1,2\n') =>
  new File([content], name)
const dataset = (id: string) => ({ id }) as Dataset
const sized = (n: number) => `${n} bytes`

describe('what is said before a byte leaves', () => {
  it('an empty file and one above the limit are refused with what to do', () => {
    expect(refusalBySize({ name: 'a.csv', size: 0 }, 10, sized)?.reason).toBe('empty')
    const large = refusalBySize({ name: 'a.csv', size: 11 }, 10, sized)
    expect(large).toMatchObject({ reason: 'too_large', message: expect.stringContaining('10 bytes') })
    expect(large?.next).toContain('gzip')
    expect(refusalBySize({ name: 'a.csv', size: 10 }, 10, sized)).toBeUndefined()
    expect(refusalBySize({ name: 'a.csv', size: 1e12 }, undefined, sized)).toBeUndefined()
  })

  it('content decides what is a table, not the name', () => {
    const said = (name: string, content: string) => refusalByContent(name, Buffer.from(content, 'latin1'))
    expect(said('sales.csv', 'PK\x03\x04...')?.next).toContain('save the table as CSV')
    expect(said('sales.csv', '%PDF-1.7')?.message).toContain('a PDF')
    expect(said('sales.csv', 'a,b\0c')?.message).toContain('binary')
    expect(said('sales.csv', '\xef\xbb\xbf <!DOCTYPE html><p>')?.message).toContain('web page')
    expect(said('page.txt', '<html>')).toBeUndefined()
    expect(said('sales', 'a,b\n1,2')).toBeUndefined()
    expect(refusalByContent('wide.csv', new Uint8Array([0xff, 0xfe, 0x61, 0]))).toBeUndefined()
  })
})

describe('the first rows, from the browser', () => {
  it('splits CSV with quotes, line breaks in cells and any usual separator, five rows below the header', () => {
    expect(rowsOf('a.csv', 'a,b\n"x, ""y""\nz",2\r\n')).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', '2']
    ])
    expect(rowsOf('a.csv', 'a;b\n1,5;2')).toEqual([
      ['a', 'b'],
      ['1,5', '2']
    ])
    expect(rowsOf('a.tsv', 'a\tb,c\n1\t2')[1]).toEqual(['1', '2'])
    expect(rowsOf('a.csv', `h\n${'1\n'.repeat(100)}`)).toHaveLength(6)
  })

  it('leaves out a row that the beginning of the file cuts', () => {
    expect(rowsOf('a.csv', 'a,b\n1,2\n3,', false)).toHaveLength(2)
    expect(rowsOf('a.txt', 'one\ntwo\nthr', false)).toEqual([['one'], ['two']])
    expect(rowsOf('a.txt', 'one\ntwo')).toEqual([['one'], ['two']])
  })

  it('shows JSON objects one a row, nested ones whole, braces in texts as text', () => {
    expect(rowsOf('a.json', '[{"a": {"b": 1}}, {"a": "}"}]')).toEqual([['{"a": {"b": 1}}'], ['{"a": "}"}']])
    expect(rowsOf('a.jsonl', '{"a":"\\"}"}\n{"a":2}\n{"a"', false)).toEqual([['{"a":"\\"}"}'], ['{"a":2}']])
  })

  it('bounds what hostile text can be: cells, their length, and markup stays text', () => {
    const wide = rowsOf('a.csv', `${'x,'.repeat(1_000)}\n`)[0]
    expect(wide).toHaveLength(30)
    expect(rowsOf('a.csv', 'y'.repeat(9_000))[0]?.[0]).toHaveLength(120)
    expect(rowsOf('a.csv', '<b>\u202e,2\n')).toEqual([['<b>\u202e', '2']])
    expect(rowsOf('a.csv', '')).toEqual([])
  })

  it('reads gzip, never more than its beginning, and takes cut gzip for what it is', async () => {
    const small = await readHead(new Blob([gzipSync('a,b\n1,2\n')]))
    expect(firstRows('a.csv.gz', small)).toEqual([
      ['a', 'b'],
      ['1', '2']
    ])
    const bomb = await readHead(new Blob([gzipSync(Buffer.alloc(50_000_000, 'a'))]))
    expect(bomb.bytes).toHaveLength(65_536)
    expect(bomb.whole).toBe(false)
    const cut = await readHead(new Blob([gzipSync('a,b\n1,2\n3,4\n').subarray(0, 22)]))
    expect(cut.whole).toBe(false)
  })
})

describe('speed and time left', () => {
  it('are told from the last seconds, and not from the first packets', () => {
    let samples: Sample[] = [{ at: 0, sent: 0 }]
    expect(paceOf(samples, 100)).toEqual({ bytesPerSecond: undefined, secondsLeft: undefined })
    for (let at = 100; at <= 10_000; at += 100) samples = withSample(samples, { at, sent: at })
    for (let at = 10_100; at <= 16_000; at += 100)
      samples = withSample(samples, { at, sent: 10_000 + (at - 10_000) * 3 })
    expect(paceOf(samples, 30_000).bytesPerSecond).toBeCloseTo(3_000)
    expect(paceOf(samples, 31_000).secondsLeft).toBeCloseTo(1)
    expect(samples.length).toBeLessThan(60)
    const stalled = withSample(samples, { at: 30_000, sent: 28_000 })
    expect(paceOf([...stalled, { at: 40_000, sent: 28_000 }].slice(-2), 31_000).secondsLeft).toBeUndefined()
  })
})

/** An XMLHttpRequest whose network is this test. */
function request() {
  const sent = {
    headers: {} as Record<string, string>,
    form: undefined as FormData | undefined,
    aborted: false
  }
  const listeners = new Map<string, () => void>()
  const fire = (type: 'load' | 'error' | 'abort') => listeners.get(type)?.()
  const fake = {
    status: 0,
    responseText: '',
    upload: { addEventListener: () => undefined },
    open: () => undefined,
    setRequestHeader: (name: string, value: string) => {
      sent.headers[name] = value
    },
    getResponseHeader: (name: string) => (name === 'retry-after' ? '7' : null),
    addEventListener: (type: string, listener: () => void) => void listeners.set(type, listener),
    send: (body: FormData) => {
      sent.form = body
    },
    abort: () => {
      sent.aborted = true
      fire('abort')
    }
  } satisfies Request
  const answer = (status: number, responseText: string) => {
    Object.assign(fake, { status, responseText })
    fire('load')
  }
  return { fake, sent, answer, fire }
}

describe('one transfer', () => {
  const options = (signal = new AbortController().signal) => ({
    file: file('a.csv'),
    token: 'secret',
    signal,
    onProgress: () => undefined
  })

  it('sends the file as a form with the token, and gives the dataset', async () => {
    const { fake, sent, answer } = request()
    const done = sendFile(options(), () => fake)
    expect(sent.headers).toEqual({ authorization: 'Bearer secret' })
    expect(sent.form?.get('file')).toBeInstanceOf(File)
    answer(201, '{"id":"d1"}')
    expect(await done).toEqual({ id: 'd1' })
  })

  it('fails with the server’s own error, with NETWORK, or with the reason of the cancel', async () => {
    const refused = request()
    const first = sendFile(options(), () => refused.fake)
    const body = { error: { code: 'UPLOAD_TOO_LARGE', message: 'Too large.', details: [], request_id: 'r1' } }
    refused.answer(413, JSON.stringify(body))
    await expect(first).rejects.toMatchObject({ code: 'UPLOAD_TOO_LARGE', requestId: 'r1', retryAfter: 7 })

    const strange = request()
    const second = sendFile(options(), () => strange.fake)
    strange.answer(502, '<html>')
    await expect(second).rejects.toMatchObject({ code: 'BAD_REPLY', status: 502 })

    const lost = request()
    const third = sendFile(options(), () => lost.fake)
    lost.fire('error')
    await expect(third).rejects.toMatchObject({ code: 'NETWORK' })

    const cancelled = request()
    const abort = new AbortController()
    const fourth = sendFile(options(abort.signal), () => cancelled.fake)
    abort.abort(new Error('enough'))
    await expect(fourth).rejects.toThrow('enough')
    expect(cancelled.sent.aborted).toBe(true)
  })
})

/** A manager whose transfers end when the test says so. */
function setUp(limit: () => Promise<number> = async () => 1_000) {
  type Running = {
    name: string
    signal: AbortSignal
    finish: (id: string) => void
    fail: (e: unknown) => void
  }
  const running = new Map<string, Running & { progress: (sent: number) => void }>()
  const stored: string[] = []
  let most = 0
  const manager = createUploadManager({
    limit,
    sized,
    now: () => 0,
    onStored: ({ id }) => stored.push(id),
    send: ({ file: { name }, signal, onProgress }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          running.delete(name)
          reject(signal.reason)
        })
        const over = (work: () => void) => {
          running.delete(name)
          work()
        }
        running.set(name, {
          name,
          signal,
          progress: onProgress,
          finish: (id) => over(() => resolve(dataset(id))),
          fail: (error) => over(() => reject(error))
        })
        most = Math.max(most, running.size)
      })
  })
  const state = (name: string) => manager.snapshot().find((upload) => upload.name === name)?.state
  const key = (name: string) => manager.snapshot().find((upload) => upload.name === name)?.key ?? ''
  const until = (probe: () => boolean) => expect.poll(probe, { timeout: 2_000, interval: 5 }).toBe(true)
  return { manager, running, stored, state, key, until, most: () => most }
}

describe('the uploads of a tab', () => {
  it('run two at a time, in order, and each stored dataset is told', async () => {
    const { manager, running, stored, state, until, most } = setUp()
    const names = ['a.csv', 'b.csv', 'c.csv', 'd.csv']
    manager.add(names.map((name) => file(name)))
    await until(() => running.size === PARALLEL && state('d.csv')?.name === 'waiting')
    expect([...running.keys()]).toEqual(['a.csv', 'b.csv'])
    running.get('a.csv')?.progress(4)
    expect(state('a.csv')).toMatchObject({ name: 'sending', sent: 4 })
    running.get('a.csv')?.progress(8)
    expect(state('a.csv')?.name).toBe('storing')
    expect(manager.snapshot()[0]?.rows).toEqual([
      ['a', 'b'],
      ['1', '2']
    ])
    for (const name of names) {
      await until(() => running.has(name))
      running.get(name)?.finish(`id-${name}`)
    }
    await until(() => !manager.isBusy())
    expect(stored).toEqual(names.map((name) => `id-${name}`))
    expect(most()).toBe(PARALLEL)
  })

  it('a file that cannot be taken never reaches the network; others go on', async () => {
    const { manager, running, state, until } = setUp()
    manager.add([file('empty.csv', ''), file('big.csv', 'x'.repeat(1_001)), file('book.csv', 'PK\x03\x04')])
    manager.add([file('good.csv')])
    await until(() => running.has('good.csv'))
    for (const name of ['empty.csv', 'big.csv', 'book.csv']) expect(state(name)?.name).toBe('refused')
    expect(running.size).toBe(1)
  })

  it('a limit that cannot be learned leaves the judgement to the server', async () => {
    const { manager, running, until } = setUp(async () => {
      throw new Error('away')
    })
    manager.add([file('a.csv', 'x'.repeat(2_000))])
    await until(() => running.has('a.csv'))
  })

  it('a failed or cancelled file can be tried again alone, and a late answer of the first try changes nothing', async () => {
    const { manager, running, state, key, until } = setUp()
    manager.add([file('a.csv'), file('b.csv'), file('c.csv')])
    await until(() => running.size === 2)
    const error = new ApiError({ status: 0, code: 'NETWORK', message: 'lost' })
    running.get('a.csv')?.fail(error)
    await until(() => state('a.csv')?.name === 'failed' && running.has('c.csv'))
    const first = running.get('b.csv')
    manager.cancel(key('b.csv'))
    expect(state('b.csv')?.name).toBe('cancelled')
    expect(first?.signal.aborted).toBe(true)
    first?.progress(3)
    expect(state('b.csv')?.name).toBe('cancelled')
    manager.retry(key('b.csv'))
    await until(() => running.has('b.csv') && running.get('b.csv') !== first)
    manager.retry(key('a.csv'))
    await until(() => state('a.csv')?.name === 'waiting')
    running.get('b.csv')?.finish('b')
    await until(() => running.has('a.csv'))
  })

  it('only what is over can be taken off the list, which is bounded', async () => {
    const { manager, running, key, until } = setUp()
    const many = Array.from({ length: MOST + 3 }, (_, at) => file(`${at}.csv`))
    expect(manager.add(many)).toBe(3)
    await until(() => running.size === 2)
    manager.dismiss(key('0.csv'))
    expect(manager.snapshot()).toHaveLength(MOST)
    manager.cancel(key('0.csv'))
    manager.dismiss(key('0.csv'))
    expect(manager.snapshot()).toHaveLength(MOST - 1)
    expect(manager.add([file('more.csv')])).toBe(0)
  })

  it('cancelling while a file is still being looked at stops it there', async () => {
    const { manager, running, state, key, until } = setUp()
    manager.add([file('a.csv'), file('b.csv')])
    manager.cancel(key('a.csv'))
    await until(() => running.has('b.csv'))
    expect(state('a.csv')?.name).toBe('cancelled')
    expect(running.size).toBe(1)
  })
})
