/** How often a trainer may die in one way, and in any way, without a new checkpoint. */
const SAME_DEATHS = 2
const ALL_DEATHS = 5
/** Leases lost without a new checkpoint. */
export const LEASE_LOSSES = 10

/**
 * Counts a trainer's death. Two of the same signature mean that the data or the job makes it die: a third try would
 * only burn time. A checkpoint clears the counts.
 */
export function crashBudget(before: Record<string, number>, signature: string) {
  const times = (before[signature] ?? 0) + 1
  const crashes = { ...before, [signature]: times }
  const all = Object.values(crashes).reduce((sum, n) => sum + n, 0)
  const spent = times >= SAME_DEATHS || all >= ALL_DEATHS
  const message = spent
    ? `The trainer died ${times >= SAME_DEATHS ? `${times} times in the same way` : `${all} times`} (${signature}). Look at the log; something in the data or the settings makes it die.`
    : `The trainer died (${signature}); the job goes on from its last checkpoint.`
  return { crashes, spent, message }
}

export const LEASES_LOST_MESSAGE = `${LEASE_LOSSES} workers in a row were lost while they ran this job. Resume it when workers are well again.`
