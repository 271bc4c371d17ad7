import { useParams } from 'react-router'
import { Component as NotFound } from '../../app/not-found.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Account } from './account.tsx'
import { PasswordForm } from './password-form.tsx'
import { Preferences } from './preferences.tsx'

const TABS = [
  { id: 'account', label: 'Account', to: '/settings', View: Account },
  { id: 'password', label: 'Password', to: '/settings/password', View: PasswordForm },
  { id: 'preferences', label: 'Preferences', to: '/settings/preferences', View: Preferences }
]

export function Component() {
  const { tab = 'account' } = useParams()
  const current = TABS.find(({ id }) => id === tab)
  if (!current) return <NotFound />
  return (
    <>
      <PageHeader title="Settings" documentTitle={`${current.label} · Settings`} />
      <Tabs tabs={TABS} current={current.id} label="Settings" />
      <div className="max-w-2xl pt-5">
        <current.View />
      </div>
    </>
  )
}
