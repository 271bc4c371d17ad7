import { type Static, Type } from 'typebox'
import { Closed, Id, Nullable, Timestamp } from './common.ts'

export const Role = Type.Enum(['member', 'admin'])

/** `workspace_id` is the user's personal workspace. */
export const User = Type.Object({
  id: Id,
  email: Type.String(),
  name: Nullable(Type.String()),
  role: Role,
  workspace_id: Id,
  created_at: Timestamp
})
export type User = Static<typeof User>

/** No white space and no control characters: Postgres cannot store NUL, and none of them belongs into a log line. */
export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^\\s*[^@\\s\\u0000-\\u001f\\u007f]+@[^@\\s\\u0000-\\u001f\\u007f]+\\s*$',
  description: 'An e-mail address, such as ada@example.org, of at most 254 characters.'
})
/** At least `PASSWORD_MIN_LENGTH` (8) characters, checked by the service; at most 256. */
export const Password = Type.String({ minLength: 1, maxLength: 256 })
const PersonName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]*$',
  description: 'A name of 1 to 200 characters in one line.'
})

export const RegisterBody = Closed({ email: Email, password: Password, name: Type.Optional(PersonName) })
export type RegisterBody = Static<typeof RegisterBody>
export const LoginBody = Closed({
  email: Type.String({
    maxLength: 254,
    pattern: '^[^\\u0000]*$',
    description: 'An e-mail address of at most 254 characters.'
  }),
  password: Type.String({ maxLength: 256 })
})
export type LoginBody = Static<typeof LoginBody>
export const PasswordBody = Closed({
  current_password: Type.String({ maxLength: 256 }),
  new_password: Password
})
export const RefreshBody = Closed({ refresh_token: Type.Optional(Type.String({ maxLength: 256 })) })
export const SetupBody = Closed({
  token: Type.String({ minLength: 1, maxLength: 256 }),
  email: Email,
  password: Password,
  name: Type.Optional(PersonName)
})
export type SetupBody = Static<typeof SetupBody>

/** Reply of register, login, refresh and set-up. `expires_in` is in seconds. */
export const Session = Type.Object({
  user: User,
  token: Type.String(),
  expires_in: Type.Integer(),
  refresh_token: Type.Optional(Type.String())
})
export type Session = Static<typeof Session>

/** What the sign-in page must know: whether the first administrator is missing, and who may make an account. */
export const SetupNeeded = Type.Object({
  needed: Type.Boolean(),
  registration: Type.Enum(['open', 'invite', 'closed'])
})
export type SetupNeeded = Static<typeof SetupNeeded>
export const WsTicket = Type.Object({ ticket: Type.String(), expires_at: Timestamp })
export type WsTicket = Static<typeof WsTicket>

/** Claims of an access token (RFC 9068, `typ: at+jwt`, EdDSA, 15 minutes). */
export type AccessClaims = {
  sub: string
  sid: string
  ver: number
  role: 'member' | 'admin'
  workspace_id: string
  exp: number
}

/** Internal: what `POST /internal/ws-tickets/redeem { ticket }` gives the gateway, once. */
export const RedeemedTicket = Type.Object({
  user_id: Id,
  sid: Id,
  ver: Type.Integer(),
  role: Role,
  workspace_id: Id,
  /** Seconds since 1970 at which the access token that asked for the ticket ends. */
  exp: Type.Integer()
})
export type RedeemedTicket = Static<typeof RedeemedTicket>

export const RedeemTicketBody = Closed({ ticket: Type.String({ minLength: 1, maxLength: 128 }) })

/** Internal: `POST /internal/sessions/check`: what a gateway asks per token while its list of revocations is too old. */
export const SessionCheckBody = Closed({ sid: Id, user_id: Id, ver: Type.Integer() })
export const SessionCheck = Type.Object({ active: Type.Boolean() })

/** Internal: `GET /internal/revocations`: sessions and users revoked in the last 20 minutes. Of a user, tokens with a lower `ver` are void. */
export const Revocations = Type.Object({
  sessions: Type.Array(Id),
  users: Type.Array(Type.Object({ id: Id, ver: Type.Integer() }))
})
export type Revocations = Static<typeof Revocations>
