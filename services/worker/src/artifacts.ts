import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { ArtifactName } from '@trainyard/contracts/training'
import { Value } from 'typebox/value'
import { openInside, UntrustedFile } from './scratch.ts'
import { digest } from './transfer.ts'
import type { Upload, Uploaded, Uploads } from './uploads.ts'

export type OpenArtifacts = { upload: () => Promise<Uploaded[]>; close: () => Promise<void> }

const isName = (name: string): boolean => Value.Check(ArtifactName, name)

/** One name may not be uploaded twice, nor as a path. */
function checkNames(names: string[]) {
  const bad: string | undefined = names.find((name) => !isName(name))
  if (bad !== undefined)
    throw new UntrustedFile(`${JSON.stringify(bad.slice(0, 100))} is no name for an artifact`)
  if (new Set(names).size !== names.length) throw new UntrustedFile('an artifact is named twice')
}

/**
 * Opens the artifacts that the trainer named, all or none, and hashes each in one pass. Throws UntrustedFile for
 * one that is not a plain file of the trainer's own. The descriptors stay open, so what was hashed is what is sent.
 */
export async function openArtifacts(
  names: string[],
  out: string,
  limitBytes: number,
  uploads: Uploads,
  signal: AbortSignal
): Promise<OpenArtifacts> {
  checkNames(names)
  const opened: FileHandle[] = []
  const close = async () => {
    await Promise.all(opened.splice(0).map((file) => file.close()))
  }
  try {
    const files: Upload[] = []
    for (const name of names) {
      const file = await openInside(out, join('artifacts', name), limitBytes)
      opened.push(file)
      files.push({ name, file, digests: await digest(file, signal) })
    }
    return { upload: () => uploads.all('artifact', files), close }
  } catch (err) {
    await close()
    throw err
  }
}
