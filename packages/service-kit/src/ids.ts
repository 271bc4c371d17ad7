import { v7 } from 'uuid'

/** UUIDv7 (RFC 9562): sorts by creation time, so that primary keys stay dense. */
export const newId = () => v7()
