import type { Multipart, MultipartFile } from '@fastify/multipart'
import type { ObjectStore } from '@trainyard/object-store/store'
import { type AppError, fail } from '@trainyard/service-kit/errors'
import { cleanFileName, cleanLine, maxNameLength } from '../text.ts'
import { recognise } from './format.ts'
import { createMeter } from './meter.ts'

const wrongField = (name: string, message: string): AppError =>
  fail('VALIDATION', { details: [{ pointer: `/${name.slice(0, 100)}`, message }] })

function nameFrom(value: unknown): string {
  if (typeof value !== 'string') throw wrongField('name', 'must be text')
  const name = cleanLine(value)
  if (name === '') throw wrongField('name', 'must have a visible character')
  if (Array.from(name).length > maxNameLength)
    throw wrongField('name', `must have at most ${maxNameLength} characters`)
  return name
}

type Options = {
  store: ObjectStore
  key: string
  limitBytes: number
  /** Rejects when the request as a whole breaks a limit. */
  failed: Promise<never>
  /** The object was stored, the form was refused after all, and the object could not be removed. */
  onLeftover: (cause: unknown) => void
}

/**
 * Reads the parts of a form to its end: the file `file` goes into the store while it arrives, `name` may stand before
 * or after it. A part that does not belong is refused when it comes. Only when this returns has every byte arrived,
 * with the last boundary.
 */
export async function receiveForm(parts: AsyncIterator<Multipart>, options: Options) {
  const { store, key, failed, onLeftover } = options
  let name: string | undefined
  let file: Awaited<ReturnType<typeof storeFile>> | undefined
  const take = async (part: Multipart) => {
    if (part.type === 'file') {
      if (part.fieldname !== 'file') throw wrongField(part.fieldname, 'is not a known file field')
      if (file) throw wrongField('file', 'one file at a time')
      file = await storeFile(part, options)
    } else {
      if (part.fieldname === 'file') throw fail('NO_FILE')
      if (part.fieldname !== 'name') throw wrongField(part.fieldname, 'is not a known field')
      if (name !== undefined) throw wrongField('name', 'stands twice')
      name = nameFrom(part.value)
    }
  }
  try {
    for (let part = await nextOf(parts, failed); part; part = await nextOf(parts, failed)) await take(part)
    if (!file) throw fail('NO_FILE')
    return { ...file, name: name ?? cleanFileName(file.fileName) }
  } catch (error) {
    if (file) await store.remove(key).catch(onLeftover)
    throw error
  }
}

async function nextOf(
  parts: AsyncIterator<Multipart>,
  failed: Promise<never>
): Promise<Multipart | undefined> {
  const next = parts.next()
  // When `failed` wins, the parser's own error comes after the answer.
  next.catch(() => undefined)
  const { value, done } = await Promise.race([next, failed])
  return done ? undefined : value
}

async function storeFile(part: MultipartFile, { store, key, limitBytes, failed }: Options) {
  const meter = createMeter(limitBytes)
  failed.catch((reason: Error) => part.file.destroy(reason))
  await store.put(key, meter.through(part.file))
  const { head, ...measured } = meter.result()
  return { ...measured, ...recognise(part.filename, head), fileName: part.filename }
}
