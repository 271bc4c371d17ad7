import { client } from '../../api/client.ts'

/** Asks for a link to one file and follows it; the link names a file to be saved, so the page stays. */
export async function linkDownload(jobId: string, name: string): Promise<void> {
  const { url } = await client.training.link(jobId, name)
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.rel = 'noopener'
  link.click()
}
