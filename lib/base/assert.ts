/**
 * Throws when an invariant of this package does not hold. It guards against
 * our own mistakes; bad input is refused at the border with an InMemoryError.
 */
export function assert(held: boolean, invariant: string): asserts held {
  if (!held) throw new Error(`Broken invariant: ${invariant}`);
}

/** For the default branch of an exhaustive switch over a tagged union. */
export function unreachable(value: never): never {
  throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
}
