import path from 'node:path';
import {InMemoryError} from '../../base/errors';
import type {AnyFileCalls} from './file-system';
import {type Steps, wait} from './steps';

/** A file could not be read or written: PERSISTENCE_FAILED, with the cause. */
export function persistenceFailed(
  file: string,
  what: string,
  cause?: unknown,
): InMemoryError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  const options = cause === undefined ? undefined : {cause};
  const message = `${file} ${what}${reason}.`;
  return new InMemoryError('PERSISTENCE_FAILED', message, {file}, options);
}

/** Runs a call of the file system; its errors become PERSISTENCE_FAILED. */
export function orFailed<T>(file: string, what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw persistenceFailed(file, what, error);
  }
}

/** Fails with PERSISTENCE_FAILED when the directory of a file is missing. */
export function* requireDirectory(
  file: string,
  files: AnyFileCalls,
): Steps<void> {
  const directory = path.dirname(path.resolve(file));
  if ((yield* wait(files.stat(directory))) !== undefined) return;
  throw persistenceFailed(
    file,
    `cannot be opened: its directory ${directory} does not exist; create it`,
  );
}

/** The code that Node gives a failed file call. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
