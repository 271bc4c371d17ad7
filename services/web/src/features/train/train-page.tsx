import type { Architecture } from '@trainyard/contracts/training'
import { useEffect, useMemo, useRef } from 'react'
import { useSearchParams } from 'react-router'
import { ago } from '../../format/times.ts'
import type { FieldError } from '../../schema-form/types.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Name } from '../../ui/name.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { bodiesOf, type Context, targetOf } from './bodies.ts'
import { checkTrainForm } from './check-form.ts'
import { DataPart } from './data-part.tsx'
import { ErrorSummary } from './error-summary.tsx'
import { asChoice, chosenFeatures } from './features.ts'
import type { TrainForm } from './form.ts'
import { ModelPart } from './model-part.tsx'
import { ONCE, type Opening, onDataset } from './opening.ts'
import { RunPart } from './run-part.tsx'
import { runSchema } from './run-schema.ts'
import { roleNames } from './split-by.ts'
import { SubmitBar } from './submit-bar.tsx'
import { resolveTask } from './target.ts'
import { useCtrlEnter } from './use-ctrl-enter.ts'
import { useDataset } from './use-dataset.ts'
import { useFormKey } from './use-form-key.ts'
import type { Drafts } from './use-opening.ts'
import { useSubmit } from './use-submit.ts'
import { useTrainForm } from './use-train-form.ts'

type Props = {
  opening: Opening
  drafts: Drafts
  architectures: readonly Architecture[]
  gpu: boolean
}

export function TrainPage({ opening, drafts, architectures, gpu }: Props) {
  const draft = useTrainForm(opening, drafts)
  const { form } = draft
  const { key, renew } = useFormKey()
  const [params, setParams] = useSearchParams()
  const dataset = useDataset(form.dataset)
  const ready = dataset.data?.status === 'ready' ? dataset.data : undefined
  const target = targetOf(form, ready)
  const column = ready?.columns.find(({ name }) => name === target)
  const task = resolveTask(form.task, column)
  const schema = useMemo(
    () => runSchema({ task, gpu: gpu || form.run.accelerator !== undefined || form.run.gpus !== undefined }),
    [task, gpu, form.run.accelerator, form.run.gpus]
  )
  const context: Context = {
    form,
    dataset: dataset.data,
    architectures,
    runSchema: schema,
    groupTag: `set-${key.slice(0, 8)}`
  }
  const errors = checkTrainForm(context)
  const submit = useSubmit({
    formKey: key,
    bodies: () => bodiesOf(context),
    errors: () => errors,
    made: form.made,
    onMade: (made) => draft.update({ made }),
    finish: draft.finish
  })

  const change = (patch: Partial<TrainForm>, at: string) => {
    draft.update(patch)
    submit.forget(at)
  }
  const chooseDataset = (id: string) => {
    change(onDataset(form, id), '/')
    setParams(
      (before) => {
        before.set('dataset', id)
        return before
      },
      { replace: true, preventScrollReset: true, state: { form: key } }
    )
  }
  const asked = params.get('dataset')
  const answered = useRef(asked)
  useEffect(() => {
    // A link to this page with another dataset, followed while the page is open.
    if (asked === answered.current) return
    answered.current = asked
    if (asked !== null && asked !== form.dataset) draft.update(onDataset(form, asked))
  })
  useCtrlEnter(() => void submit.run())
  useTakenOnce({ params, setParams, state: { form: key } })
  useLeftOut({ names: opening.without, ready, target, form, change })

  const part = { form, context, change, errors: shownErrors(errors, submit), showAll: submit.tried }
  return (
    <>
      <PageHeader title={form.clonedFrom ? 'New training, from an earlier job' : 'New training'} />
      <form
        noValidate
        className="flex max-w-6xl flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void submit.run()
        }}
        onKeyDown={(event) => {
          // Enter in a box is no wish to train: that takes Ctrl, or the button.
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault()
        }}
      >
        {draft.restored !== null && (
          <Banner
            title={`Your draft from ${ago(draft.restored, Date.now())} is back`}
            actions={
              <Button small onClick={draft.startOver}>
                Start over
              </Button>
            }
          />
        )}
        {!draft.kept && (
          <Banner tone="warning">This browser keeps no draft of this form: a reload would empty it.</Banner>
        )}
        <ErrorSummary submit={submit} errors={part.errors} architectures={architectures} onRenew={renew} />
        <DataPart {...part} query={dataset} task={task} onDataset={chooseDataset} />
        <ModelPart {...part} task={column ? task : undefined} />
        <RunPart {...part} />
        <SubmitBar
          jobs={form.models.filter((id) => !Object.hasOwn(form.made, id)).length}
          busy={submit.busy}
          bodies={() => bodiesOf(context).map(({ body }) => body)}
        >
          {column && (
            <>
              <Name>{column.name}</Name> from{' '}
              {chosenFeatures(form.features, ready?.columns ?? [], target, roleNames(form)).length} columns
            </>
          )}
        </SubmitBar>
      </form>
    </>
  )
}

/** Before the first try only the server's errors stand in the parts; each field shows its own when it is left. */
function shownErrors(own: FieldError[], submit: { tried: boolean; refused: readonly FieldError[] }) {
  const known = new Set(own.map(({ pointer }) => pointer))
  const server = submit.refused.filter(({ pointer }) => !known.has(pointer))
  return submit.tried ? [...own, ...server] : server
}

type TakenOnce = {
  params: URLSearchParams
  setParams: ReturnType<typeof useSearchParams>[1]
  state: { form: string }
}
/** What is taken over into the form once leaves the address, or a reload would undo later changes. */
function useTakenOnce({ params, setParams, state }: TakenOnce) {
  const there = ONCE.some((name) => params.has(name))
  useEffect(() => {
    if (!there) return
    setParams(
      (before) => {
        for (const name of ONCE) before.delete(name)
        return before
      },
      { replace: true, preventScrollReset: true, state }
    )
  }, [there])
}

type LeftOut = {
  names: readonly string[]
  ready: Context['dataset']
  target: string | null
  form: TrainForm
  change: (patch: Partial<TrainForm>, at: string) => void
}
/** Columns that the address leaves out, as soon as the dataset's columns are known; once. */
function useLeftOut({ names, ready, target, form, change }: LeftOut) {
  // The address loses them right away, and the columns may come later.
  const asked = useRef(names)
  const done = useRef(names.length === 0)
  useEffect(() => {
    if (done.current || !ready) return
    done.current = true
    const roles = roleNames(form)
    const chosen = chosenFeatures(form.features, ready.columns, target, roles)
    const left = chosen.filter((name) => !asked.current.includes(name))
    change({ features: asChoice(left, ready.columns, target, roles) }, '/features')
  })
}
