import { cx } from './cx.ts'

/**
 * Control characters, line and paragraph marks, and the characters that turn the direction of text or have no
 * width: each can make one name look like another.
 */
const DECEPTIVE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

const escaped = (character: string) =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** A name as it can be shown: what would deceive stands as an escape. Long ones are cut between two letters. */
export function plainName(name: string, longest = 300): string {
  // A joiner between two emoji belongs to them.
  const shown = name.replace(DECEPTIVE, (character, at: number) =>
    character === '\u200d' && /\p{Extended_Pictographic}\ufe0f?$/u.test(name.slice(Math.max(0, at - 3), at))
      ? character
      : escaped(character)
  )
  const letters = Array.from(shown.slice(0, longest * 2 + 2))
  return letters.length > longest ? `${letters.slice(0, longest).join('')}…` : shown
}

type Props = {
  children: string
  className?: string /** One line, with the rest under the pointer. */
  truncate?: boolean
}

/** A name that a person gave: always text, never able to reorder or imitate what is around it. */
export function Name({ children, className, truncate }: Props) {
  const shown = plainName(children)
  return (
    <bdi title={truncate ? shown : undefined} className={cx(truncate && 'block truncate', className)}>
      {shown}
    </bdi>
  )
}
