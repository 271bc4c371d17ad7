import { fail } from '@trainyard/service-kit/errors'
import type { InternalClient } from '@trainyard/service-kit/internal-client'
import type { App } from '@trainyard/service-kit/server'
import { Type } from 'typebox'

/** The parts of an OpenAPI document that merging touches. */
export type ApiDocument = {
  openapi: string
  info: { title: string; version: string; description?: string }
  paths: Record<string, unknown>
  tags?: { name: string }[]
  components?: Record<string, Record<string, unknown>>
}
const ServiceDocument = Type.Object({
  openapi: Type.String(),
  paths: Type.Record(Type.String(), Type.Unknown())
})

/**
 * One document from several. Paths are distinct by construction; two components of one name must be the
 * same thing, since references point to them by name.
 */
export function mergeDocuments(info: ApiDocument['info'], documents: Partial<ApiDocument>[]): ApiDocument {
  const merged = { openapi: '3.1.0', info, paths: {}, tags: [], components: {} } as Required<ApiDocument>
  for (const { paths = {}, tags = [], components = {} } of documents) {
    for (const [path, item] of Object.entries(paths)) {
      if (path in merged.paths) throw new Error(`two services document ${path}`)
      merged.paths[path] = item
    }
    for (const tag of tags) if (!merged.tags.some(({ name }) => name === tag.name)) merged.tags.push(tag)
    for (const [kind, entries] of Object.entries(components)) addComponents(merged.components, kind, entries)
  }
  return merged
}

function addComponents(
  into: Record<string, Record<string, unknown>>,
  kind: string,
  entries: Record<string, unknown>
) {
  const known = into[kind] ?? {}
  into[kind] = known
  for (const [name, entry] of Object.entries(entries)) {
    if (name in known && JSON.stringify(known[name]) !== JSON.stringify(entry))
      throw new Error(`two services document ${kind} ${name} in different ways`)
    known[name] = entry
  }
}

type Options = { services: InternalClient[]; own: () => object; keepMs?: number }

/** `GET /api-docs.json`: asked of the services at most once a minute; one that is away makes it 503, not a document with holes. */
export function openapiDocument(app: App, { services, own, keepMs = 60_000 }: Options) {
  let kept: { document: ApiDocument; until: number } | undefined
  app.get(
    '/api-docs.json',
    {
      config: { access: 'public' },
      schema: { tags: ['Platform'], operationId: 'apiDocument', summary: 'This document' }
    },
    async () => {
      if (kept && performance.now() < kept.until) return kept.document
      const documents = await Promise.all(
        services.map((service) => service.call('GET', '/openapi.json', { reply: ServiceDocument }))
      )
      const info = { title: 'Trainyard', version: '1', description: DESCRIPTION }
      try {
        kept = { document: mergeDocuments(info, [own(), ...documents]), until: performance.now() + keepMs }
      } catch (cause) {
        throw fail('INTERNAL', { cause })
      }
      return kept.document
    }
  )
}

const DESCRIPTION = `Upload a dataset, train a model on it, watch it live, download it.

Get a token from \`POST /api/auth/login\` and send it as \`Authorization: Bearer …\`. Errors are
\`{ "error": { "code", "message", "details", "request_id" } }\`. Live updates come over the WebSocket at \`/ws\`.`
