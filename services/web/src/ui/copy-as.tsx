import { Code } from 'lucide-react'
import { type ApiCall, asCurl, asJson, asPython } from '../format/copy-as.ts'
import { Button } from './button.tsx'
import { copyText } from './copy-button.tsx'
import { Menu, MenuItem } from './menu.tsx'
import { useToast } from './toast.tsx'

type Props = {
  /** What the action would send right now; asked for when something is copied. */
  calls: () => ApiCall[]
  small?: boolean
}

/** *Copy as* curl, Python or JSON: the same request, outside of the page. The token stays in the environment. */
export function CopyAs({ calls, small }: Props) {
  const toast = useToast()
  async function copy(name: string, write: (calls: ApiCall[]) => string, hint: string) {
    const done = await copyText(write(calls()))
    toast(
      done
        ? { message: `Copied as ${name}.${hint}` }
        : { tone: 'bad', message: 'The browser did not allow copying.' }
    )
  }
  const { origin } = globalThis.location
  const token = ' Put an API key (from Settings) into TRAINYARD_TOKEN.'
  const joined = (one: (call: ApiCall, origin: string) => string) => (all: ApiCall[]) =>
    all.map((call) => one(call, origin)).join('\n\n')
  const bodies = (all: ApiCall[]) => asJson(all.length === 1 ? all[0]?.json : all.map(({ json }) => json))
  return (
    <Menu
      trigger={
        <Button small={small} icon={<Code aria-hidden="true" className="size-4" />}>
          Copy as
        </Button>
      }
    >
      <MenuItem onSelect={() => copy('curl', joined(asCurl), token)}>curl</MenuItem>
      <MenuItem onSelect={() => copy('Python', joined(asPython), token)}>Python</MenuItem>
      {calls().some(({ json }) => json !== undefined) && (
        <MenuItem onSelect={() => copy('JSON', bodies, '')}>JSON</MenuItem>
      )}
    </Menu>
  )
}
