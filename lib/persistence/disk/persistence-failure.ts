import path from 'node:path';
import {InMemoryError} from '../../base/errors';
import type {FileCalls, LaterFileCalls} from './file-system';
import {type Steps, wait} from './steps';

/** The error for a file that could not be read or written, with its cause. */
export function persistenceFailed(
  file: string,
  message: string,
  cause?: unknown,
): InMemoryError {
  return new InMemoryError(
    'PERSISTENCE_FAILED',
    message,
    {file},
    cause === undefined ? {} : {cause},
  );
}

/** The code that Node gives a failed file call. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Fails with PERSISTENCE_FAILED when the directory of a file is missing. */
export function* requireDirectory(
  file: string,
  files: FileCalls | LaterFileCalls,
): Steps<void> {
  const directory = path.dirname(file);
  if ((yield* wait(files.stat(directory))) !== undefined) return;
  throw persistenceFailed(
    file,
    `The directory ${path.resolve(directory)} of the data file ${file} ` +
      'does not exist; create it.',
  );
}
