/** The store did not answer, or answered that it cannot now: the same call may work later. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable'
  /** Nothing came within the time limit; trying again at once would only multiply the wait. */
  readonly timedOut: boolean
  constructor(message: string, { cause, timedOut = false }: { cause?: unknown; timedOut?: boolean } = {}) {
    super(message, { cause })
    this.timedOut = timedOut
  }
}

/** There is no object under this key. */
export class ObjectMissing extends Error {
  override name = 'ObjectMissing'
}

/** The range asked for lies outside of the object. */
export class RangeOutside extends Error {
  override name = 'RangeOutside'
}

/** The store understood and refused: wrong key, wrong checksum, a part it does not know. Repeating it will not help. */
export class StoreRefused extends Error {
  override name = 'StoreRefused'
}
