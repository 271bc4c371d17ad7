import { createServerClock } from '../live/server-clock.ts'

/** The server's time as this tab knows it: elapsed times are counted by the clock that wrote the timestamps. */
export const serverClock = createServerClock()
