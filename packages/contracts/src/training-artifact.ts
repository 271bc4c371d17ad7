import { type Static, Type } from 'typebox'
import { Page, Sha256 } from './common.ts'

export const Artifact = Type.Object({
  name: Type.String(),
  bytes: Type.Integer(),
  sha256: Sha256,
  content_type: Type.String()
})
export type Artifact = Static<typeof Artifact>
export const ArtifactPage = Page(Artifact)
/** File names of artifacts: one segment, no path, no leading dot. */
export const ArtifactName = Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$' })
