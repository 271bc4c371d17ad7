import { readFileSync } from 'node:fs'
import { fail } from '@trainyard/service-kit/errors'

export type PasswordRules = (
  password: string,
  context: { pointer: string; email: string; name?: string | null }
) => void

/**
 * Length and not guessable: no composition rules (NIST SP 800-63B). A password is common when it stands in
 * the list, or does so once up to four characters are taken off an end, letters stand for look-alikes, or
 * a listed one is said again and again; and when it is the person's own name, e-mail or ours, decorated.
 */
export function createPasswordRules(minLength: number): PasswordRules {
  const listed = new Set(
    readFileSync(new URL('./common-passwords.txt', import.meta.url), 'utf8')
      .split('\n')
      .filter(Boolean)
  )
  return (password, { pointer, email, name }) => {
    const refuse = (message: string) => fail('VALIDATION', { details: [{ pointer, message }] })
    if (!password.isWellFormed()) throw refuse('is not valid Unicode')
    if ([...password.normalize('NFC')].length < minLength)
      throw refuse(`must have ${minLength} characters or more`)
    const own = new Set(contextWords(email, name))
    for (const form of plainForms(password)) {
      if (listed.has(form)) throw refuse('is one of the passwords that are tried first; take another one')
      if (own.has(form)) throw refuse('is made of your own name or e-mail or ours; take another one')
    }
  }
}

const LOOK_ALIKES: Record<string, string> = {
  '@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i', '0': 'o', $: 's', '5': 's', '7': 't'
} // biome-ignore format: a table

/** What a guesser would call the same password. */
function plainForms(password: string): string[] {
  const lower = password.normalize('NFKC').toLowerCase()
  const forms = [lower, ...bare(lower)]
  const lettered = forms.map((form) => form.replace(/[@431!0$57]/g, (sign) => LOOK_ALIKES[sign] ?? sign))
  return [...forms, ...lettered, ...lettered.flatMap(bare)].flatMap((form) => [form, ...pieceOf(form)])
}

/** Without up to four characters that are no letters at either end: years, "123", exclamation marks. */
function bare(text: string): string[] {
  const tail = text.replace(/[^\p{L}]{1,4}$/u, '')
  const head = text.replace(/^[^\p{L}]{1,4}/u, '')
  return [tail, head, tail.replace(/^[^\p{L}]{1,4}/u, '')].filter((form) => form !== '')
}

/** "abcabcabc" is "abc"; one character said again is "aaa", whichever it is. */
function pieceOf(text: string): string[] {
  const piece = /^(.{1,8}?)\1+$/u.exec(text)?.[1]
  return piece === undefined ? [] : [[...piece].length === 1 ? 'aaa' : piece]
}

function contextWords(email: string, name: string | null | undefined): string[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@')
  const words = [email.toLowerCase(), local, domain, ...local.split(/[^\p{L}\p{N}]+/u), ...domain.split('.')]
  const named = (name ?? '').toLowerCase()
  words.push(named, named.replaceAll(/\s+/g, ''), ...named.split(/\s+/), 'trainyard', 'train', 'yard')
  return words.filter((word) => word.length >= 3)
}
