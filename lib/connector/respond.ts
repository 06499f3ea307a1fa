import {errorCodes} from '../base/error-codes';
import {InMemoryError} from '../base/errors';

/** The error with its HTTP status, if it is one of ours. */
export function withStatus(error: unknown): Error {
  if (error instanceof InMemoryError) {
    error.statusCode ??= errorCodes[error.code].status;
  }
  return error instanceof Error ? error : new Error(String(error));
}

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
    process.nextTick(callback, withStatus(error));
    return;
  }
  if (!(result instanceof Promise)) process.nextTick(callback, null, result);
  else {
    result.then(
      value => process.nextTick(callback, null, value as never),
      (error: unknown) => process.nextTick(callback, withStatus(error)),
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
