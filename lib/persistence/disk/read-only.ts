import {InMemoryError} from '../../base/errors';

/** The error for a write to files that are only read, or no longer open. */
export function readOnly(file: string | undefined): InMemoryError {
  const message =
    file === undefined
      ? 'The data file was opened with readOnly: true; nothing can be written.'
      : `${file} is closed; nothing can be written.`;
  return new InMemoryError('READ_ONLY', message, file ? {file} : {});
}
