import {InMemoryError} from '../../base/errors';

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

/** Is told how many bytes are done, of how many. */
export type ToldBytes = (doneBytes: number, totalBytes: number) => void;
