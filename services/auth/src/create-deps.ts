import type { Database } from '@trainyard/service-kit/postgres'
import { createBrowser } from './browser.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { createPasswordRules } from './password-rules.ts'
import { createPasswords, type HashParameters } from './passwords.ts'
import { createThrottle } from './throttle.ts'
import { createTokens } from './tokens.ts'

type Parts = Pick<
  Config,
  | 'signingKeys'
  | 'publicUrls'
  | 'ISSUER'
  | 'PASSWORD_MIN_LENGTH'
  | 'REFRESH_KEY'
  | 'REGISTRATION'
  | 'SETUP_TOKEN_FILE_OUT'
>

/** Everything the routes work with, made from the configuration; the same in tests. */
export async function createDeps(config: Parts, db: Database, hashing?: HashParameters): Promise<Deps> {
  return {
    db,
    tokens: createTokens({ keys: config.signingKeys, issuer: config.ISSUER }),
    passwords: await createPasswords(hashing),
    rules: createPasswordRules(config.PASSWORD_MIN_LENGTH),
    throttle: createThrottle(db),
    browser: createBrowser(config.publicUrls),
    refreshKey: config.REFRESH_KEY,
    registration: config.REGISTRATION,
    setupFile: config.SETUP_TOKEN_FILE_OUT
  }
}
