import {InMemoryError} from '../../base/errors';

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

/** The file of a journal is named after the file of the data and ends so. */
export const journalSuffix = '.journal';

/**
 * A journal holds something that no crash leaves behind: DATA_DAMAGED, with the
 * byte at which it begins, what is wrong and what to run.
 */
export function journalDamaged(
  journal: string,
  offset: number,
  what: string,
): InMemoryError {
  const file = journal.endsWith(journalSuffix)
    ? journal.slice(0, -journalSuffix.length)
    : journal;
  const command = `npx loopback-connector-inmemory`;
  const message =
    `Journal ${journal} is refused at byte ${offset}: ${what}. ` +
    'Nothing was changed. ' +
    `To see all that is wrong, run: ${command} check ${quoted(file)} ` +
    `To save what can be saved, run: ${command} repair ${quoted(file)}`;
  return new InMemoryError('DATA_DAMAGED', message, {file: journal, offset});
}

/** A path as a POSIX shell takes it. */
export function quoted(path: string): string {
  if (/^[\w./-]+$/.test(path)) return path;
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
