import {type ErrorCode, InMemoryError} from '../base/errors';

/** The HTTP status that LoopBack's REST layer answers with, by error code. */
export const statusCodes: Readonly<Record<ErrorCode, number>> = {
  INVALID_FILTER: 400,
  INVALID_VALUE: 422,
  UNKNOWN_MODEL: 500,
  INVALID_SETTING: 500,
  INVALID_MODEL: 500,
  DUPLICATE_KEY: 409,
  NOT_NULL_VIOLATION: 422,
  VALUE_OUT_OF_RANGE: 422,
  FOREIGN_KEY_VIOLATION: 409,
  ROW_NOT_FOUND: 404,
  MULTIPLE_ROWS: 400,
  STALE_VERSION: 409,
  NOT_CONNECTED: 503,
  DATA_LOCKED: 503,
  SERIALIZATION_FAILURE: 409,
  DEADLOCK: 409,
  LOCK_TIMEOUT: 409,
  TRANSACTION_ABORTED: 409,
  TRANSACTION_ENDED: 409,
  INVALID_SAVEPOINT: 400,
  FOREIGN_TRANSACTION: 400,
  PERSISTENCE_FAILED: 500,
  DATA_DAMAGED: 500,
  READ_ONLY: 403,
};

/** The error with its HTTP status, if it is one of ours. */
export function withStatus(error: unknown): Error {
  if (error instanceof InMemoryError) {
    error.statusCode ??= statusCodes[error.code];
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
