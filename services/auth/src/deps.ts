import type { Database } from '@trainyard/service-kit/postgres'
import type { Browser } from './browser.ts'
import type { PasswordRules } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import type { Throttle } from './throttle.ts'
import type { Tokens } from './tokens.ts'

/** What the routes work with. */
export type Deps = {
  db: Database
  tokens: Tokens
  passwords: Passwords
  rules: PasswordRules
  throttle: Throttle
  browser: Browser
  /** Secret from which each refresh token's successor is derived. */
  refreshKey: string
  registration: 'open' | 'invite' | 'closed'
  /** Where the set-up token lies until there is an administrator. */
  setupFile?: string
}
