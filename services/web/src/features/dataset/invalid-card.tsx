import type { Dataset } from '@trainyard/contracts/dataset'
import { useNavigate } from 'react-router'
import { placeOf } from '../../datasets/place.ts'
import { useDatasetDownload } from '../../datasets/use-dataset-download.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { plainName } from '../../ui/name.tsx'
import { ChooseFiles } from '../../uploads/choose-files.tsx'
import { uploads } from '../../uploads/uploads.ts'

/** Where the file cannot be read, why, and the way on: mend it and upload it again. */
export function InvalidCard({ dataset }: { dataset: Dataset }) {
  const navigate = useNavigate()
  const download = useDatasetDownload(dataset)
  const { error } = dataset
  const place = error && placeOf(error)
  return (
    <Card>
      <div className="flex flex-col gap-4">
        <Banner tone="bad" title="This file could not be read">
          <bdi>{plainName(error?.message ?? 'No reason was stored. Upload the file again.', 2_000)}</bdi>
        </Banner>
        {error && (
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
            {place && (
              <>
                <dt className="text-muted">Where</dt>
                <dd>
                  <bdi>{plainName(place, 400)}</bdi>
                </dd>
              </>
            )}
            <dt className="text-muted">Reason</dt>
            <dd className="font-mono text-code">{error.reason}</dd>
          </dl>
        )}
        <div>
          <h2 className="font-semibold">What to do</h2>
          <p className="text-muted">
            Mend the file on your machine and upload it again; what is stored here stays as it is until you
            delete it.
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <ChooseFiles
            onFiles={(files) => {
              uploads.add(files)
              void navigate('/datasets/new')
            }}
          >
            Upload the mended file
          </ChooseFiles>
          <Button onClick={() => void download()}>Download this one</Button>
        </div>
      </div>
    </Card>
  )
}
