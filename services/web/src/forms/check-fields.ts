export type FieldProblem = { pointer: string; message: string }

/** What the browser's own rules say against a form, as sentences beside its fields. Use with `noValidate`. */
export function checkFields(form: HTMLFormElement): FieldProblem[] {
  return [...form.elements].flatMap((element) => {
    if (!(element instanceof HTMLInputElement) || element.name === '' || element.validity.valid) return []
    return [{ pointer: `/${element.name}`, message: problemOf(element) }]
  })
}

function problemOf({ validity, minLength, maxLength, type, validationMessage }: HTMLInputElement): string {
  if (validity.valueMissing) return 'Fill this in.'
  if (validity.typeMismatch && type === 'email')
    return 'This is no e-mail address; one looks like ada@example.org.'
  if (validity.tooShort) return `At least ${minLength} characters.`
  if (validity.tooLong) return `At most ${maxLength} characters.`
  return validationMessage
}

/** The server's words about a field go on from its name ("is too short"); beside the field they are a sentence. */
export const asSentence = (words: string) =>
  /^[a-z]/.test(words) ? `It ${words.replace(/[.!?]?$/, '.')}` : words

/** The cursor goes to the first field that needs a change. */
export function focusField(form: HTMLFormElement, pointer: string | undefined) {
  const field = pointer === undefined ? null : form.elements.namedItem(pointer.slice(1))
  if (field instanceof HTMLElement) field.focus()
}
