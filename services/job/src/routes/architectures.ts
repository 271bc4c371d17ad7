import { Closed, PageQuery } from '@trainyard/contracts/common'
import { ArchitecturePage } from '@trainyard/contracts/training'
import { decodeCursor, encodeCursor, notACursor } from '@trainyard/service-kit/cursor'
import type { App } from '@trainyard/service-kit/server'
import type { Deps } from '../deps.ts'
import { doc, refusals } from './docs.ts'

function afterCursor({ entries }: Deps['catalogue'], cursor: string): number {
  const [after] = decodeCursor(cursor, 1)
  const at = entries.findIndex(({ id }) => id === after)
  if (at === -1) throw notACursor()
  return at + 1
}

export function architectureRoutes(app: App, { catalogue }: Deps) {
  app.get(
    '/api/training/architectures',
    {
      config: { access: 'user' },
      schema: {
        ...doc('listArchitectures', 'What can be trained, with the JSON Schema of its hyperparameters'),
        querystring: Closed(PageQuery),
        response: { 200: ArchitecturePage, ...refusals }
      }
    },
    async ({ query: { cursor, limit = 20 } }) => {
      const start = cursor === undefined ? 0 : afterCursor(catalogue, cursor)
      const shown = catalogue.entries.slice(start, start + limit)
      const more = start + limit < catalogue.entries.length
      return {
        items: shown.map(({ faults: _, ...entry }) => entry),
        next_cursor: more ? encodeCursor([shown.at(-1)?.id ?? null]) : null
      }
    }
  )
}
