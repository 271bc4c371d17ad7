import type { Dataset } from '@trainyard/contracts/dataset'
import type { TaskKind } from '@trainyard/contracts/training'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { targetOf } from './bodies.ts'
import { ColumnChoice } from './column-choice.tsx'
import type { PartProps } from './part.ts'
import { openTasks, resolveTask, suggestTarget, targetWords, whyNot } from './target.ts'

type Props = PartProps & { dataset: Dataset; task: TaskKind }

/** The column to predict and, where it leaves a choice, the task. */
export function TargetFields({ form, change, errors, dataset, task }: Props) {
  const target = targetOf(form, dataset)
  const column = dataset.columns.find(({ name }) => name === target)
  const suggestion = suggestTarget(dataset)
  const open = openTasks(column)
  const wrong = column ? whyNot(column) : target === null ? null : 'This dataset has no such column.'
  const of = (pointer: string) => errors.find((error) => error.pointer === pointer)?.message
  const why = form.target === null || form.target === suggestion?.target ? suggestion?.why : ''
  const words = column && !wrong ? targetWords(task, column, dataset.rows ?? 0) : ''
  const automatic = resolveTask('auto', column)
  return (
    <div className="grid items-start gap-x-6 gap-y-4 sm:grid-cols-2 xl:grid-cols-3">
      <div data-pointer="/target">
        <Field
          label="Target: the column to predict"
          error={of('/target') ?? wrong ?? undefined}
          hint={[why, words].filter(Boolean).join(' ')}
        >
          {(wiring) => (
            <ColumnChoice
              {...wiring}
              value={column ? target : null}
              onChange={(name) => name !== null && change({ target: name, task: 'auto' }, '/target')}
              columns={dataset.columns}
            />
          )}
        </Field>
      </div>
      {column && (
        <div data-pointer="/task">
          <Field label="Task" error={of('/task')} hint={taskHint(task)}>
            {(wiring) => (
              <Select
                {...wiring}
                value={form.task}
                disabled={open.length < 2 && form.task === 'auto'}
                onChange={(chosen) => change({ task: chosen }, '/task')}
                options={[
                  { value: 'auto', label: `Automatic: ${automatic}` },
                  ...[...new Set([...open, ...(form.task === 'auto' ? [] : [form.task])])].map((kind) => ({
                    value: kind,
                    label: kind.slice(0, 1).toUpperCase() + kind.slice(1).replaceAll('_', ' ')
                  }))
                ]}
              />
            )}
          </Field>
        </div>
      )}
    </div>
  )
}

const taskHint = (task: TaskKind) =>
  task === 'regression'
    ? 'Predicts a number.'
    : task === 'classification'
      ? 'Predicts one of a few classes.'
      : ''
