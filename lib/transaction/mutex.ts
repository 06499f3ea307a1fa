/** What one at a time may hold; those who ask for it come first come first. */
export interface Mutex {
  /** Settles when the last of those is done; undefined while nobody holds it. */
  tail: Promise<void> | undefined;
}

/**
 * Runs what needs a mutex, once those are done who asked for it before; now if
 * there are none. It is held until the result is there.
 */
export function holding<T>(
  mutex: Mutex,
  run: () => T | Promise<T>,
): T | Promise<T> {
  const {tail: before} = mutex;
  const result = before === undefined ? run() : before.then(run);
  if (!(result instanceof Promise)) return result;
  const tail = result.then(
    () => undefined,
    () => undefined,
  );
  mutex.tail = tail;
  void tail.then(() => {
    if (mutex.tail === tail) mutex.tail = undefined;
  });
  return result;
}
