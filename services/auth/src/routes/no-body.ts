/** For routes whose body may be left out: what is not there is an empty object, what is there is checked. */
export const noBody = async (req: { body: unknown }) => {
  req.body ??= {}
}
