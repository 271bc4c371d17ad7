/** What these helpers need of a tap test. */
export type TestContext = { teardown: (work: () => unknown) => unknown }
