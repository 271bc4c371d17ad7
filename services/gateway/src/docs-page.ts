import type { App } from '@trainyard/service-kit/server'
import { staticFiles } from './static-files.ts'

const page = (name: string) => new URL(`../ui/${name}`, import.meta.url)
/** The package's entry lies beside its folder of prebuilt files. */
const swagger = (name: string) => new URL(`static/${name}`, import.meta.resolve('@fastify/swagger-ui'))

/** The interactive documentation of the API. */
export async function docsPage(app: App) {
  await staticFiles(app, {
    '/api-docs': page('api-docs.html'),
    '/api-docs/start.js': page('api-docs.js'),
    '/api-docs/swagger-ui.css': swagger('swagger-ui.css'),
    '/api-docs/swagger-ui-bundle.js': swagger('swagger-ui-bundle.js')
  })
}
