import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { Card } from '../../ui/card.tsx'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import type { PartProps } from './part.ts'
import { SplitColumn } from './split-column.tsx'

/** How long, how, and what it is called. */
export function RunPart({ form, context, change, errors, showAll }: PartProps) {
  const of = (pointer: string) => errors.find((error) => error.pointer === pointer)?.message
  return (
    <Card title="3 Run">
      <div className="flex flex-col gap-5">
        <SchemaForm
          schema={context.runSchema}
          value={form.run}
          onChange={(run) => change({ run }, '/run')}
          errors={errors}
          showAll={showAll}
          at="/run"
        />
        <SplitColumn form={form} context={context} change={change} errors={errors} />
        <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 xl:grid-cols-3">
          <div data-pointer="/name">
            <Field label="Name" hint="Empty takes the dataset and the model." error={of('/name')}>
              {(wiring) => (
                <TextInput
                  {...wiring}
                  value={form.name}
                  maxLength={400}
                  autoComplete="off"
                  onChange={(event) => change({ name: event.target.value }, '/name')}
                />
              )}
            </Field>
          </div>
          <div data-pointer="/tags">
            <Field label="Tags" hint="Separated by commas." error={of('/tags')}>
              {(wiring) => (
                <TextInput
                  {...wiring}
                  value={form.tags}
                  maxLength={2_000}
                  autoComplete="off"
                  onChange={(event) => change({ tags: event.target.value }, '/tags')}
                />
              )}
            </Field>
          </div>
        </div>
      </div>
    </Card>
  )
}
