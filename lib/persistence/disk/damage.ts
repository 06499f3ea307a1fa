import {InMemoryError} from '../../base/errors';
import {commandLine} from './command-line';
import {journalSuffix} from './file-names';
import {lineAndColumn} from './text-place';

/** One thing that is wrong in a file, or that could not be saved from it. */
export interface Damage {
  readonly file: string;
  readonly problem: string;
  /** The byte at which it begins; of journals. */
  readonly offset?: number;
  /** Where it begins, counted from 1; of data files. */
  readonly line?: number;
  readonly column?: number;
}

/** What a DATA_DAMAGED error is about; other errors are thrown on. */
export function damageOf(error: unknown, file: string): Damage {
  if (!(error instanceof InMemoryError) || error.code !== 'DATA_DAMAGED') {
    throw error;
  }
  const {offset, line, column} = error.details;
  return {
    file: error.details.file ?? file,
    problem: problemIn(error.message),
    ...(offset !== undefined && {offset}),
    ...(line !== undefined && {line}),
    ...(column !== undefined && {column}),
  };
}

/** The part of a message that the place and the advice do not say. */
function problemIn(message: string): string {
  const [, problem] =
    /(?:is refused at byte \d+|line \d+, column \d+): ([^]*?)\.(?: Nothing was changed\.|$)/.exec(
      message,
    ) ?? [];
  return problem ?? message;
}

/** A data file is wrong at an offset of its bytes: DATA_DAMAGED, with the place. */
export function dataFileDamaged(
  file: string,
  bytes: Buffer,
  offset: number,
  problem: string,
): InMemoryError {
  const {line, column} = lineAndColumn(bytes, offset);
  return new InMemoryError(
    'DATA_DAMAGED',
    `The data file ${file} cannot be loaded; line ${line}, column ${column}: ` +
      `${problem}.`,
    {file, line, column},
  );
}

/**
 * A journal holds something that no crash leaves behind: DATA_DAMAGED, with the
 * byte at which it begins, what is wrong and what to run.
 */
export function journalDamaged(
  journal: string,
  offset: number,
  problem: string,
): InMemoryError {
  const file = journal.endsWith(journalSuffix)
    ? journal.slice(0, -journalSuffix.length)
    : journal;
  const message =
    `Journal ${journal} is refused at byte ${offset}: ${problem}. ` +
    'Nothing was changed. ' +
    `To see all that is wrong, run: ${commandLine('check', file)} ` +
    `To save what can be saved, run: ${commandLine('repair', file)}`;
  return new InMemoryError('DATA_DAMAGED', message, {file: journal, offset});
}
