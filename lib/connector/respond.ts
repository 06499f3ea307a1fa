type Answer = (error: Error | null, ...results: never[]) => void;

/** What callers are told of an error: it, or one in their own words. */
export type Told = (error: Error) => Error;

/**
 * Runs a statement at once and calls back later, once: with its error, or with
 * null and its result, where it has one; async and its like count the arguments.
 * So statements happen in the order in which they were called, unless one has to
 * wait. `told` says what is called back with for an error. Returns whether the statement
 * is done.
 */
export function respond<T>(
  callback: Answer,
  statement: () => T | Promise<T>,
  told: Told = asItIs,
): boolean {
  let result: T | Promise<T>;
  try {
    result = statement();
  } catch (error) {
    process.nextTick(callback, told(asError(error)));
    return true;
  }
  if (!(result instanceof Promise)) {
    answer(callback, result);
    return true;
  }
  result.then(
    value => answer(callback, value),
    (error: unknown) => process.nextTick(callback, told(asError(error))),
  );
  return false;
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
  if (callback === undefined) {
    return promised(done => void respond(done, statement));
  }
  respond(callback, statement);
  return undefined;
}

/** A promise of what calls back. */
export function promised<T = void>(
  start: (done: (error: Error | null, result?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result as T)));
  });
}

/**
 * Runs what takes names and a callback, as LoopBack's methods on models do: the
 * callback may come alone; without one a promise is returned.
 */
export function withNames<T = void>(
  names: string | readonly string[] | Done<T> | undefined,
  callback: Done<T> | undefined,
  run: (names: string | readonly string[] | undefined, done: Done<T>) => void,
): Promise<T> | void {
  const own = typeof names === 'function' ? undefined : names;
  const done = typeof names === 'function' ? names : callback;
  return done === undefined
    ? promised<T>(settle => run(own, settle))
    : run(own, done);
}

type Done<T> = (error: Error | null, result?: T) => void;

/** A method that only fails: by its callback, which comes last, or a promise. */
export function failingWith(
  message: string,
): (...given: unknown[]) => Promise<never> | void {
  return (...given) => {
    const error = new Error(message);
    const last = given.at(-1);
    if (typeof last !== 'function') return Promise.reject(error);
    process.nextTick(last, error);
    return undefined;
  };
}

function asItIs(error: Error): Error {
  return error;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
