import { plainName } from '../../ui/name.tsx'

/** The first rows as the browser reads them: text, before any server saw it. */
export function FirstRows({ rows }: { rows: string[][] }) {
  const width = Math.max(...rows.map((row) => row.length))
  return (
    <div className="flex flex-col gap-1">
      <p className="text-xs text-muted">First rows, as text</p>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="First rows"
        className="overflow-x-auto rounded-md border border-line bg-sunken"
      >
        <table className="font-mono text-code">
          <tbody>
            {rows.map((row, at) => (
              <tr key={at} className="border-b border-line last:border-b-0">
                {Array.from({ length: width }, (_, column) => (
                  <td key={column} className="max-w-64 truncate px-2 py-0.5 whitespace-nowrap">
                    <bdi>{plainName(row[column] ?? '')}</bdi>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
