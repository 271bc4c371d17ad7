/** Which server the tests of this process run against: said once each, on stderr so that it is no test output. */
export function printChoice(server: string, choice: string): void {
  process.stderr.write(`# ${server}: ${choice}\n`)
}
