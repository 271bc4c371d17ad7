import { type Static, type TProperties, type TSchema, Type } from 'typebox'

/** An object that refuses fields it does not name: what every request body, query and message is made of. */
export const Closed = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** UUIDv7 (RFC 9562), so that ids sort by creation time. */
export const Id = Type.String({ format: 'uuid' })

/** ISO 8601 in UTC, from the database's clock. */
export const Timestamp = Type.String({ format: 'date-time' })

/** Lower-case hexadecimal SHA-256. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** Base64 MD5 as `Content-MD5` carries it (RFC 1864). */
export const Md5 = Type.String({ pattern: '^[A-Za-z0-9+/]{22}==$' })

/** Somewhere a character that is seen: no blank, no control character, none that only hides or turns others. */
const VISIBLE =
  '[^\\s\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ufeff]'
/** A text of a few words, with something to see in it. The description is also what a refusal says of it. */
export const Label = (maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: VISIBLE,
    description: `A text of 1 to ${maxLength} characters that is more than blanks.`
  })

export const Name = Label(200)
export const Tags = Type.Array(Label(64), {
  maxItems: 20,
  uniqueItems: true
})

export const IdParams = Closed({ id: Id })

/** `?limit=&cursor=` of every list. A cursor can hold a name of 200 characters, four bytes each. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 2_048 }))
}

/** A cursor page. `next_cursor` is null on the last one. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next_cursor: Nullable(Type.String()) })

/** What every 4xx and 5xx carries. `pointer` is a JSON Pointer (RFC 6901) into the request's body. */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    details: Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() })),
    request_id: Type.String()
  })
})
export type ErrorBody = Static<typeof ErrorBody>
export type ErrorDetail = ErrorBody['error']['details'][number]

/** A link to one object that needs no token until it expires. */
export const Link = Type.Object({ url: Type.String(), expires_at: Timestamp })
export type Link = Static<typeof Link>
