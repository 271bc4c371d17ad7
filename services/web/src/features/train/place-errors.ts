import type { ErrorDetail } from '@trainyard/contracts/common'
import type { FieldError } from '../../schema-form/types.ts'
import { pointerTo } from '../../schema-form/types.ts'

/**
 * The server's pointers are into the body of one job, ours into the form. What has no field here gets an empty pointer,
 * with the server's own in the sentence.
 */
export function placeErrors(details: readonly ErrorDetail[], architecture: string): FieldError[] {
  return details.map(({ pointer, message }) => {
    const place = placeOf(pointer, architecture)
    const said = asSentence(message)
    return place === '' && pointer !== ''
      ? { pointer: '', message: `${pointer}: ${said}` }
      : { pointer: place, message: said }
  })
}

const MOVED: readonly (readonly [RegExp, string])[] = [
  [/^\/dataset_id$/, '/dataset'],
  [/^\/(target|task|name|tags)(\/.*)?$/, '/$1'],
  [/^\/features(\/.*)?$/, '/features'],
  [/^\/columns\/(group|time)$/, '/columns/$1'],
  [/^\/model(\/architecture)?$/, '/models'],
  [/^\/split$/, '/run/test_fraction'],
  [/^\/(?:training|split|resources)(\/.+)$/, '/run$1']
]

function placeOf(pointer: string, architecture: string): string {
  const settings = '/model/hyperparameters'
  if (pointer === settings || pointer.startsWith(`${settings}/`)) {
    return pointerTo('/models', architecture) + pointer.slice(settings.length)
  }
  const rule = MOVED.find(([pattern]) => pattern.test(pointer))
  return rule ? pointer.replace(rule[0], rule[1]) : ''
}

/** `must be at most 3` → `Must be at most 3.` */
export function asSentence(message: string): string {
  const start = message.slice(0, 1).toUpperCase() + message.slice(1)
  return /[.!?…]$/.test(start) ? start : `${start}.`
}
