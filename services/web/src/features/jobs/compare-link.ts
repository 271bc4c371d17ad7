/** Runs that one comparison takes. */
export const MOST_COMPARED = 20

export const canCompare = (ids: readonly string[]) => ids.length >= 2 && ids.length <= MOST_COMPARED

export const compareLink = (ids: readonly string[]) => `/compare?ids=${ids.join(',')}`
