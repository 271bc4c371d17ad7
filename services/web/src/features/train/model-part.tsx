import type { Architecture, TaskKind } from '@trainyard/contracts/training'
import { useMemo } from 'react'
import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { pointerTo } from '../../schema-form/types.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { cx } from '../../ui/cx.ts'
import { FieldError } from '../../ui/field.tsx'
import { Name } from '../../ui/name.tsx'
import { settingsOf } from './bodies.ts'
import type { PartProps } from './part.ts'

/** The simplest model there is: what another must beat to be worth its time. */
const BASELINE = 'linear'

type Props = PartProps & { task: TaskKind | undefined }

/** Which models, and the settings of each. */
export function ModelPart(props: Props) {
  const { form, context, change, errors, task } = props
  const { architectures } = context
  const fits = (entry: Architecture) => task === undefined || entry.task_kinds.includes(task)
  const tick = (id: string, on: boolean) =>
    change({ models: on ? [...form.models, id] : form.models.filter((model) => model !== id) }, '/models')
  const strangers = form.models.filter((id) => !architectures.some((entry) => entry.id === id))
  const baseline = architectures.find(({ id }) => id === BASELINE)
  const several = form.models.length > 1
  const wrong = errors.filter(({ pointer }) => pointer === '/models')
  return (
    <Card
      title="2 Model"
      actions={
        baseline &&
        fits(baseline) &&
        !form.models.includes(BASELINE) && (
          <Button small variant="quiet" onClick={() => tick(BASELINE, true)}>
            + baselines
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-5">
        <fieldset data-pointer="/models" className="min-w-0">
          <legend className="sr-only">Models</legend>
          <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
            {architectures.map((entry) => (
              <ModelCard
                key={entry.id}
                entry={entry}
                checked={form.models.includes(entry.id)}
                reason={fits(entry) ? null : `Does not do ${task}`}
                onTick={(on) => tick(entry.id, on)}
              />
            ))}
            {strangers.map((id) => (
              <Checkbox key={id} checked onChange={() => tick(id, false)}>
                <Name>{id}</Name> (not offered any more)
              </Checkbox>
            ))}
          </div>
          {wrong.map(({ message }) => (
            <FieldError key={message}>{message}</FieldError>
          ))}
          <p className="mt-2 text-xs text-muted">
            {several
              ? `${form.models.length} jobs, under one tag, so that they can be compared.`
              : 'Tick several to train and compare them.'}{' '}
            A score for always guessing the most common class, or the mean, is reported with each.
          </p>
        </fieldset>
        {architectures
          .filter(({ id }) => form.models.includes(id))
          .map((entry) => (
            <Settings key={entry.id} {...props} entry={entry} titled={several} />
          ))}
      </div>
    </Card>
  )
}

type ModelCardProps = {
  entry: Architecture
  checked: boolean
  reason: string | null
  onTick: (on: boolean) => void
}
function ModelCard({ entry, checked, reason, onTick }: ModelCardProps) {
  return (
    <Checkbox
      checked={checked}
      disabled={reason !== null && !checked}
      onChange={onTick}
      className={cx(
        '!items-start rounded-md border border-line bg-surface px-3 py-2 transition-colors duration-hover hover:bg-sunken has-checked:border-accent has-checked:ring-1 has-checked:ring-accent'
      )}
    >
      <span className="min-w-0">
        <span className="block font-semibold">{entry.title}</span>
        <span className="block text-xs text-muted">{reason ?? entry.source}</span>
      </span>
    </Checkbox>
  )
}

function Settings({
  entry,
  titled,
  form,
  change,
  errors,
  showAll
}: Props & { entry: Architecture; titled: boolean }) {
  const schema = useMemo(() => settingsOf(entry), [entry])
  const at = pointerTo('/models', entry.id)
  return (
    <section
      aria-label={`Settings of ${entry.title}`}
      className={titled ? 'border-t border-line pt-4' : undefined}
    >
      {titled && <h3 className="mb-3 text-sm font-semibold">{entry.title}</h3>}
      <SchemaForm
        schema={schema}
        value={form.settings[entry.id] ?? {}}
        onChange={(value) => change({ settings: { ...form.settings, [entry.id]: value } }, at)}
        errors={errors}
        showAll={showAll}
        at={at}
      />
    </section>
  )
}
