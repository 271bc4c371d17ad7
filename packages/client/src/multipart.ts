export type UploadSource = Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>
type Form = {
  source: UploadSource
  filename: string
  name?: string
  /** Called with the file's bytes handed to the network so far. */
  onProgress?: (sent: number) => void
}

async function* chunksOf(source: UploadSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Blob) yield* source.stream()
  else yield* source
}

/** What RFC 7578 asks for: a quote or a line break in a name must not end the header. */
const quoted = (text: string) => text.replace(/["\r\n]/g, (char) => encodeURIComponent(char))

/** A multipart/form-data body (RFC 7578) that is made while it is sent: no file is held in memory. */
export function multipartStream({ source, filename, name, onProgress }: Form) {
  const boundary = `trainyard-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  const text = new TextEncoder()
  const field =
    name === undefined
      ? ''
      : `--${boundary}\r\ncontent-disposition: form-data; name="name"\r\n\r\n${name}\r\n`
  const head = `${field}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(filename)}"\r\ncontent-type: application/octet-stream\r\n\r\n`

  async function* parts() {
    yield text.encode(head)
    let sent = 0
    for await (const chunk of chunksOf(source)) {
      yield chunk
      sent += chunk.length
      onProgress?.(sent)
    }
    yield text.encode(`\r\n--${boundary}--\r\n`)
  }

  const iterator = parts()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel(reason) {
      await iterator.return(reason)
    }
  })
  return { body, contentType: `multipart/form-data; boundary=${boundary}` }
}
