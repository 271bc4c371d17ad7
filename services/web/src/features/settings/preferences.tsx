import { usePrefs } from '../../prefs/use-prefs.ts'
import { Card } from '../../ui/card.tsx'
import { RadioGroup } from '../../ui/radio-group.tsx'
import { Switch } from '../../ui/switch.tsx'

/** How the pages look and act on this device. Each change counts at once. */
export function Preferences() {
  const [prefs, change] = usePrefs()
  return (
    <Card title="On this device">
      <div className="flex flex-col gap-6">
        <RadioGroup
          legend="Theme"
          layout="cards"
          value={prefs.theme}
          onChange={(theme) => change({ theme })}
          options={[
            { value: 'system', label: 'System', hint: 'As the device is set' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' }
          ]}
        />
        <RadioGroup
          legend="Density"
          layout="cards"
          value={prefs.density}
          onChange={(density) => change({ density })}
          options={[
            { value: 'comfortable', label: 'Comfortable' },
            { value: 'compact', label: 'Compact', hint: 'More rows on a screen' }
          ]}
        />
        <RadioGroup
          legend="Times"
          layout="cards"
          value={prefs.time}
          onChange={(time) => change({ time })}
          options={[
            { value: 'local', label: 'Local', hint: Intl.DateTimeFormat().resolvedOptions().timeZone },
            { value: 'utc', label: 'UTC', hint: 'The same for everybody' }
          ]}
        />
        <Switch
          checked={prefs.keys === 'on'}
          onChange={(on) => change({ keys: on ? 'on' : 'off' })}
          hint="Letters such as n, j, k and ? act at once outside of fields. Ctrl K always works."
        >
          Single-key shortcuts
        </Switch>
      </div>
    </Card>
  )
}
