/** Of a step, an event or a line: what the database can hold and JSON can say exactly. */
export const Count = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
