import { ERRORS } from '../packages/contracts/src/errors.ts'

/** The text of docs/errors.md, made from the table of error codes. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS)
    .sort(([a, x], [b, y]) => x.status - y.status || a.localeCompare(b))
    .map(([code, { status, message }]) => `| ${status} | \`${code}\` | ${message} |`)
  return `# Error codes

Every 4xx and 5xx carries \`{ "error": { "code", "message", "details", "request_id" } }\`. Programs decide by
\`code\`; \`message\` is for people and may say more than the sentence here; \`details\` lists
\`{ pointer, message }\` with a JSON Pointer (RFC 6901) for each field that is at fault. 429 and 503 come with
\`Retry-After\` in seconds.

This page is generated from \`packages/contracts/src/errors.ts\` by \`npm run docs\`.

| status | code | sentence |
| --- | --- | --- |
${rows.join('\n')}
`
}
