import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import type { FastifyReply, FastifyRequest } from 'fastify'

const PAGE = 'index.html'
/** What has a hash of its content in its name can be kept for ever; the page that names it is asked for each time. */
const FOREVER = 'public, max-age=31536000, immutable'
const ASK = 'no-cache'
/** Here nothing is a page, whatever the browser asks for. */
const NEVER_A_PAGE = /^\/(api|ws|ty-[^/]*|api-docs|admin|ui|assets|\.well-known)(\/|$)/

/**
 * The app: its built files, and one page for every address that a person may open, because the page itself reads the
 * address. A request can name a file in two ways only, both fixed here: one segment under `/assets`, and the few
 * files beside the page, which are listed once.
 */
export async function pages(app: App, folder: string) {
  const beside = filesBeside(folder)
  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    dotfiles: 'ignore'
  })
  const route = (url: string, handler: (req: FastifyRequest, reply: FastifyReply) => FastifyReply) =>
    app.route({ method: ['GET', 'HEAD'], url, config: { access: 'public' }, schema: { hide: true }, handler })
  const sendPage = (reply: FastifyReply) => reply.header('cache-control', ASK).sendFile(PAGE)

  route('/', (_req, reply) => sendPage(reply))
  for (const name of beside)
    route(`/${name}`, (_req, reply) => reply.header('cache-control', ASK).sendFile(name))
  app.route<{ Params: { name: string } }>({
    method: ['GET', 'HEAD'],
    url: '/assets/:name',
    config: { access: 'public' },
    schema: { hide: true },
    handler: (req, reply) => reply.header('cache-control', FOREVER).sendFile(`assets/${req.params.name}`)
  })
  route('/*', (req, reply) => {
    const path = req.url.split('?', 1)[0] ?? ''
    if (NEVER_A_PAGE.test(path) || !wantsPage(req)) throw fail('NOT_FOUND')
    return sendPage(reply)
  })
}

/** A person opens an address; a script that follows a broken link learns that it is broken. */
const wantsPage = ({ headers }: FastifyRequest) =>
  headers['sec-fetch-mode'] === 'navigate' || /\btext\/html\b/.test(headers.accept ?? '')

/** Files beside the page: icon, theme. Throws a sentence when the pages are not there. */
function filesBeside(folder: string): string[] {
  const names = filesIn(folder)
  if (!names.includes(PAGE)) {
    throw new Error(`WEB_DIR: ${join(folder, PAGE)} is missing; build the pages first (npm start does it)`)
  }
  return names.filter((name) => name !== PAGE && /^[\w-]+\.[a-z0-9]+$/i.test(name))
}

function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  } catch (cause) {
    throw new Error(`WEB_DIR: ${folder} cannot be read; build the pages first (npm start does it)`, { cause })
  }
}
