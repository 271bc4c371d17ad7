import { type Static, Type } from 'typebox'

/** `GET /api/config`: what a client needs to know before anybody signs in. Sizes in bytes. */
export const PlatformConfig = Type.Object({
  version: Type.String(),
  upload_limit_bytes: Type.Integer(),
  inflated_limit_bytes: Type.Integer(),
  password_min_length: Type.Integer(),
  registration: Type.Enum(['open', 'invite', 'closed']),
  features: Type.Array(Type.String())
})
export type PlatformConfig = Static<typeof PlatformConfig>

/** 8 characters or more by default; raised by PASSWORD_MIN_LENGTH. */
export const LIMITS = {
  bodyBytes: 65_536,
  internalBodyBytes: 4_194_304,
  jsonDepth: 32,
  uploadBytes: 104_857_600,
  inflatedBytes: 2_147_483_648
} as const
