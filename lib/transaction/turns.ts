import type {Transaction} from './transaction';

/** Runs the statements of a transaction one after the other. */
export function inTurn<T>(
  transaction: Transaction,
  run: () => T | Promise<T>,
): T | Promise<T> {
  const before = transaction.turn;
  const result = before === undefined ? run() : before.then(run);
  if (!(result instanceof Promise)) return result;
  const turn = result.then(
    () => undefined,
    () => undefined,
  );
  transaction.turn = turn;
  void turn.then(() => {
    if (transaction.turn === turn) transaction.turn = undefined;
  });
  return result;
}
