import { integer } from '../../format/numbers.ts'
import { Banner } from '../../ui/banner.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { useUploads } from '../../uploads/use-uploads.ts'

/** Uploads that go on, or that failed while the person was elsewhere. */
export function UploadStrip() {
  const states = useUploads().map(({ state }) => state.name)
  const running = states.filter((name) => ['checking', 'waiting', 'sending', 'storing'].includes(name)).length
  const failed = states.filter((name) => name === 'failed' || name === 'refused').length
  if (running + failed === 0) return null
  const parts = [
    ...(running > 0 ? [`${integer(running)} ${running === 1 ? 'file is' : 'files are'} being uploaded`] : []),
    ...(failed > 0 ? [`${integer(failed)} could not be`] : [])
  ]
  return (
    <Banner
      tone={failed > 0 ? 'warning' : 'info'}
      className="mb-3"
      actions={
        <LinkButton small to="/datasets/new">
          Show uploads
        </LinkButton>
      }
    >
      {parts.join(', ')}.
    </Banner>
  )
}
