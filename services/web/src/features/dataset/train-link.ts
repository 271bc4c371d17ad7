/** The form for a training on a dataset, with a target and without the columns in `leave`. Names may hold anything. */
export function trainLink(
  id: string,
  { target, leave = [] }: { target?: string; leave?: Iterable<string> } = {}
): string {
  const params = new URLSearchParams({ dataset: id })
  if (target !== undefined) params.set('target', target)
  for (const column of leave) params.append('leave', column)
  return `/train?${params}`
}
