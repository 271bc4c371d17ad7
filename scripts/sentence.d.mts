/** A failure that a person can act on: printed as it is, without a stack. */
export class Sentence extends Error {}
