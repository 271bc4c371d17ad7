/**
 * Control characters, marks that turn the reading direction or hide, line separators and halves of characters: a name
 * with them can look like another one, and Postgres refuses NUL.
 */
const hidden =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu
const hiddenButLines =
  /(?![\n\t])[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu

export const maxNameLength = 200

const cut = (text: string, length: number) => Array.from(text).slice(0, length).join('').trim()

/** One visible line: composed (NFC), spaces joined. May come out empty. */
export const cleanLine = (text: string) =>
  text.normalize('NFC').replace(/\s+/gu, ' ').replace(hidden, '').trim()

/** Text of several lines; tabs and line feeds stay. */
export const cleanText = (text: string) =>
  text.normalize('NFC').replace(/\r\n?/g, '\n').replace(hiddenButLines, '').trim()

/** What a client calls its file, made fit to be shown: no folders, nothing hidden, at most 200 characters. */
export function cleanFileName(name: string | undefined): string {
  // Browsers write these three, and only these, as escapes (HTML, "multipart form data").
  const given = (name ?? '').replace(/%22/g, '"').replace(/%0[ad]/gi, ' ')
  const last = given.split(/[/\\]/).pop() ?? ''
  return cut(cleanLine(last), maxNameLength).replace(/^\.+/, '') || 'dataset'
}
