import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { jobQuery } from '../api/jobs.ts'
import { queryClient } from '../api/query-client.ts'
import { createEndNotice, type EndNotice } from '../live/end-notice.ts'
import { live } from '../live/live.ts'
import { usePrefs } from '../prefs/use-prefs.ts'
import { useToast } from '../ui/toast.tsx'
import { askForNotices, endWords, noticeSupport } from './notices.ts'

/** Tells of the end of a training while nobody looks at this tab, and asks once, after the first start, whether to. */
export function useEndNotice() {
  const [{ notices }, change] = usePrefs()
  const navigate = useNavigate()
  const toast = useToast()

  useEffect(() => {
    if (notices !== 'on') return
    const show = ({ title, body, jobId }: EndNotice) => {
      // Tagged by its job: several tabs tell of it once.
      const notice = new Notification(title, { body, tag: `trainyard-${jobId}` })
      notice.onclick = () => {
        window.focus()
        notice.close()
        void navigate(`/jobs/${jobId}`)
      }
    }
    const take = createEndNotice({
      isWanted: () => document.hidden && noticeSupport() === 'granted',
      read: async (id) => {
        await queryClient.prefetchQuery({ ...jobQuery(id), staleTime: 0 })
        return queryClient.getQueryData(jobQuery(id).queryKey)
      },
      wordsOf: endWords,
      show
    })
    return live.onJob((update) => void take(update))
  }, [notices, navigate])

  useEffect(() => {
    if (notices !== 'ask' || noticeSupport() !== 'ask') return
    return live.onJob((update) => {
      if (update.event !== 'state' || update.data.state !== 'queued' || document.hidden) return
      // Asked once: whoever leaves it finds it in the settings.
      change({ notices: 'off' })
      toast({
        message: 'Be told when a training ends, also while this tab is hidden?',
        action: {
          label: 'Tell me',
          onClick: () => void askForNotices().then((agreed) => change({ notices: agreed ? 'on' : 'off' }))
        }
      })
    })
  }, [notices, change, toast])
}
