type Answer = (error: Error | null, ...results: never[]) => void;

/**
 * Runs a statement at once and calls back later, once: with its error, or with
 * null and its result, where it has one; async and its like count the arguments.
 * So statements happen in the order in which they were called, unless one has to
 * wait.
 */
export function respond<T>(
  callback: Answer,
  statement: () => T | Promise<T>,
): void {
  let result: T | Promise<T>;
  try {
    result = statement();
  } catch (error) {
    process.nextTick(callback, asError(error));
    return;
  }
  if (!(result instanceof Promise)) answer(callback, result);
  else {
    result.then(
      value => answer(callback, value),
      (error: unknown) => process.nextTick(callback, asError(error)),
    );
  }
}

function answer(callback: Answer, result: unknown): void {
  if (result === undefined) process.nextTick(callback, null);
  else process.nextTick(callback, null, result);
}

/** As {@link respond}; returns a promise when there is no callback. */
export function respondOrPromise(
  callback: Answer | undefined,
  statement: () => void | Promise<void>,
): Promise<void> | void {
  if (callback !== undefined) return respond(callback, statement);
  return promised(done => respond(done, statement));
}

/** A promise of what calls back. */
export function promised(
  start: (done: (error: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    start(error => (error ? reject(error) : resolve()));
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
