const SECONDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800]
const HOURS = [1, 2, 3, 6, 12, 24, 48, 168]

/** Seconds between the ticks of an axis of time, up to a week: 100 is no round number there. */
export const TIME_INCREMENTS = [...SECONDS, ...HOURS.map((hours) => hours * 3_600)]
