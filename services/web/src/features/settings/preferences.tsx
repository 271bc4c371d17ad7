import { askForNotices, type NoticeSupport, noticeSupport } from '../../app/notices.ts'
import { usePrefs } from '../../prefs/use-prefs.ts'
import { Card } from '../../ui/card.tsx'
import { RadioGroup } from '../../ui/radio-group.tsx'
import { Switch } from '../../ui/switch.tsx'

const HINTS: Record<NoticeSupport, string> = {
  granted: 'A notification of this browser, only while the tab is hidden.',
  ask: 'A notification of this browser, only while the tab is hidden. The browser asks first.',
  blocked: 'This browser blocks notifications of this site; allow them in its settings.',
  'needs-https': 'This needs HTTPS: at this address the browser has no notifications.',
  no: 'This browser has no notifications.'
}

/** How the pages look and act on this device. Each change counts at once. */
export function Preferences() {
  const [prefs, change] = usePrefs()
  const support = noticeSupport()
  const setNotices = async (on: boolean) => {
    const agreed = on && (await askForNotices())
    change({ notices: agreed ? 'on' : 'off' })
  }
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
        <Switch
          checked={prefs.notices === 'on' && support === 'granted'}
          disabled={support !== 'granted' && support !== 'ask'}
          onChange={(on) => void setNotices(on)}
          hint={HINTS[support]}
        >
          Tell me when a training ends
        </Switch>
      </div>
    </Card>
  )
}
