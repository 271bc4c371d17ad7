import { parseArgs } from 'node:util'
import { Sentence } from './sentence.mjs'

export const startUsage = 'Usage: npm start -- [--port 3000] [--host 127.0.0.1] [--data FOLDER] [--workers 1]'

function whole(name, text, least, most) {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Sentence(
      `--${name} takes a whole number from ${least} to ${most}, not "${text}". ${startUsage}`
    )
  }
  return value
}

function flags(args) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '3000' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string' },
        workers: { type: 'string', default: '1' },
        /** Services restart when their code changes, and pages come from a development server. */
        dev: { type: 'boolean', default: false },
        'pages-port': { type: 'string', default: '5173' }
      }
    }).values
  } catch (error) {
    throw new Sentence(`${error.message.split('. ')[0]}. ${startUsage}`)
  }
}

/** What `npm start` and `npm run dev` are asked for. Read before anything is installed, so that a slip costs nothing. */
export function startOptions(args) {
  const { port, host, data, workers, dev, 'pages-port': pagesPort } = flags(args)
  // A shell variable that is not set: the folder in which one stands is hardly meant.
  if (data?.trim() === '') throw new Sentence(`--data takes a folder, and it is empty. ${startUsage}`)
  return {
    port: whole('port', port, 1, 65_535),
    host,
    data,
    workers: whole('workers', workers, 0, 64),
    dev,
    pagesPort: whole('pages-port', pagesPort, 1, 65_535)
  }
}
