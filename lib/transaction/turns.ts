/** Something that one statement at a time may use. */
export interface Turns {
  /** Ends when the last one that was called has run. */
  turn: Promise<void> | undefined;
}

/**
 * Runs statements one after the other: those of a transaction, or all that
 * write.
 */
export function inTurn<T>(
  shared: Turns,
  run: () => T | Promise<T>,
): T | Promise<T> {
  const before = shared.turn;
  const result = before === undefined ? run() : before.then(run);
  if (!(result instanceof Promise)) return result;
  const turn = result.then(
    () => undefined,
    () => undefined,
  );
  shared.turn = turn;
  void turn.then(() => {
    if (shared.turn === turn) shared.turn = undefined;
  });
  return result;
}
