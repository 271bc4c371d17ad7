import type { App } from '@trainyard/service-kit/server'
import { staticFiles } from './static-files.ts'

const page = (name: string) => new URL(`../ui/${name}`, import.meta.url)
/** The package's entry lies beside its folder of prebuilt files. */
const swagger = (name: string) => new URL(`static/${name}`, import.meta.resolve('@fastify/swagger-ui'))

/** The plain pages: what runs here, sign-in, set-up, and the interactive documentation. */
export async function ui(app: App) {
  await staticFiles(app, {
    '/': page('home.html'),
    '/sign-in': page('sign-in.html'),
    '/setup': page('setup.html'),
    '/api-docs': page('api-docs.html'),
    '/ui/style.css': page('style.css'),
    '/ui/icon.svg': page('icon.svg'),
    '/ui/home.js': page('home.js'),
    '/ui/session.js': page('session.js'),
    '/ui/sign-in.js': page('sign-in.js'),
    '/ui/setup.js': page('setup.js'),
    '/api-docs/start.js': page('api-docs.js'),
    '/api-docs/swagger-ui.css': swagger('swagger-ui.css'),
    '/api-docs/swagger-ui-bundle.js': swagger('swagger-ui-bundle.js')
  })
}
