type Answer = (error: Error | null, ...results: never[]) => void;

/**
 * Runs a statement at once and calls back later, once, with its error or its
 * result; so statements happen in the order in which they were called, unless
 * one has to wait.
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
  if (!(result instanceof Promise)) process.nextTick(callback, null, result);
  else {
    result.then(
      value => process.nextTick(callback, null, value as never),
      (error: unknown) => process.nextTick(callback, asError(error)),
    );
  }
}

/** As {@link respond}; returns a promise when there is no callback. */
export function respondOrPromise(
  callback: Answer | undefined,
  statement: () => void | Promise<void>,
): Promise<void> | void {
  if (callback !== undefined) return respond(callback, statement);
  return new Promise((resolve, reject) => {
    respond(error => (error ? reject(error) : resolve()), statement);
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
