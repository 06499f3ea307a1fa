import path from 'node:path';
import {InMemoryError} from '../../base/errors';
import type {AnyFileCalls, FileCalls, FileStatus} from './file-system';
import {requireRegular} from './file-kind';
import {type Steps, wait} from './steps';

/** A file could not be read or written: PERSISTENCE_FAILED, with the cause. */
export function persistenceFailed(
  file: string,
  what: string,
  cause?: unknown,
): InMemoryError {
  const reason = cause instanceof Error ? `: ${reasonOf(cause)}` : '';
  const options = cause === undefined ? undefined : {cause};
  const message = `${file} ${what}${reason}.`;
  return new InMemoryError('PERSISTENCE_FAILED', message, {file}, options);
}

/** Why a call of the file system has failed: in Node's words, or better ones. */
export function reasonOf(error: Error): string {
  const code = codeOf(error) ?? '';
  return Object.hasOwn(reasons, code)
    ? `${code}: ${reasons[code]}`
    : error.message;
}

/** What is wrong with a path, where Node does not say it to who gave it. */
const reasons: Readonly<Record<string, string>> = {
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long, or would be with what belongs behind it',
  ENOTDIR: 'a part of its path is a file and no directory',
};

/** Runs a call of the file system; its errors become PERSISTENCE_FAILED, once. */
export function orFailed<T>(file: string, what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof InMemoryError && error.code === 'PERSISTENCE_FAILED') {
      throw error;
    }
    throw persistenceFailed(file, what, error);
  }
}

/**
 * What is known of a file; undefined when there is none. Fails with
 * PERSISTENCE_FAILED.
 */
export function lookAt(file: string, files: FileCalls): FileStatus | undefined {
  return orFailed(file, 'cannot be looked at', () => files.stat(file));
}

/**
 * Fails with PERSISTENCE_FAILED, and says what it is, when there is something
 * else than a regular file.
 */
export function requireFile(file: string, files: FileCalls): void {
  const status = lookAt(file, files);
  if (status === undefined) return;
  orFailed(file, 'cannot be used', () => requireRegular(status.kind));
}

/** Fails with PERSISTENCE_FAILED when the directory of a file is missing. */
export function* requireDirectory(
  file: string,
  files: AnyFileCalls,
): Steps<void> {
  const directory = path.dirname(path.resolve(file));
  let status: FileStatus | undefined;
  try {
    status = yield* wait(files.stat(directory));
  } catch (error) {
    const what = `cannot be opened: its directory ${directory} cannot be looked at`;
    throw persistenceFailed(file, what, error);
  }
  if (status !== undefined) return;
  throw persistenceFailed(
    file,
    `cannot be opened: its directory ${directory} does not exist; create it`,
  );
}

/** The code that Node gives a failed file call. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
