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
  /** Whether the file is of another form: of that `repair` can save nothing. */
  readonly isOtherForm?: true;
}

/** What a DATA_DAMAGED error is about; other errors are thrown on. */
export function damageOf(error: unknown, file: string): Damage {
  if (!(error instanceof InMemoryError) || error.code !== 'DATA_DAMAGED') {
    throw error;
  }
  const {offset, line, column, isOtherForm} = error.details;
  return {
    file: error.details.file ?? file,
    problem: problemIn(error.message),
    ...(offset !== undefined && {offset}),
    ...(line !== undefined && {line}),
    ...(column !== undefined && {column}),
    ...(isOtherForm && {isOtherForm}),
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
  const place = lineAndColumn(bytes, offset);
  const message = `${refusal(file, place, problem)} ${damageAdvice(file)}`;
  return new InMemoryError('DATA_DAMAGED', message, {file, ...place});
}

/**
 * What should be a data file is something else, whole as it may be, see
 * {@link dataFileDamaged}; the problem says what to run.
 */
export function otherForm(
  file: string,
  bytes: Buffer,
  offset: number,
  problem: string,
): InMemoryError {
  const place = lineAndColumn(bytes, offset);
  const details = {file, ...place, isOtherForm: true} as const;
  return new InMemoryError(
    'DATA_DAMAGED',
    refusal(file, place, problem),
    details,
  );
}

function refusal(
  file: string,
  {line, column}: {readonly line: number; readonly column: number},
  problem: string,
): string {
  return (
    `The data file ${file} cannot be loaded; line ${line}, column ${column}: ` +
    `${problem}. Nothing was changed.`
  );
}

/** What to run where a file is damaged. */
export function damageAdvice(file: string): string {
  return (
    `Run ${commandLine('check', file)} to see all that is wrong, and ` +
    `${commandLine('repair', file)} to save what can be saved.`
  );
}

/**
 * A journal holds something that no crash leaves behind: DATA_DAMAGED, with the
 * byte at which it begins, what is wrong and what to do: unless given, what to run.
 */
export function journalDamaged(
  journal: string,
  offset: number,
  problem: string,
  advice?: string,
): InMemoryError {
  const file = journal.endsWith(journalSuffix)
    ? journal.slice(0, -journalSuffix.length)
    : journal;
  const message =
    `Journal ${journal} is refused at byte ${offset}: ${problem}. ` +
    `Nothing was changed. ${advice ?? damageAdvice(file)}`;
  return new InMemoryError('DATA_DAMAGED', message, {file: journal, offset});
}
