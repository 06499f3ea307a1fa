import {InMemoryError} from '../base/errors';
import {describeOwner} from '../persistence/lock/file-lock';
import {unanswered} from '../transfer/awaited';
import {UsageError} from './command';
import {harmless} from './terminal';

/** What a failed command ends with. */
export interface Failure {
  readonly exitCode: 1 | 2;
  readonly code: string;
  /** One line. */
  readonly message: string;
}

/** What to tell of an error. */
export function failureOf(error: unknown): Failure {
  const {message} = error instanceof Error ? error : new Error(String(error));
  const code =
    error instanceof InMemoryError
      ? error.code
      : error instanceof UsageError
        ? 'USAGE'
        : 'FAILED';
  const exitCode = code === 'DATA_DAMAGED' ? 1 : 2;
  const file = error instanceof InMemoryError ? error.details.file : undefined;
  if (code === 'DATA_LOCKED' && file !== undefined) {
    const text =
      `${file} is owned by ${describeOwner(file)}. Stop that process first; ` +
      'info, check, dump, export and copy --from work beside it.';
    return {exitCode, code, message: oneLine(text)};
  }
  return {exitCode, code, message: oneLine(message)};
}

/** What to tell of a command that has ended before it was done. */
export function withoutAnswer(): Error {
  const asked = unanswered();
  const who =
    asked.length === 0
      ? 'No answer came, and nothing is left that could give one.'
      : `${asked.join(', ')}: the connector has not called back, and nothing is left that could. ` +
        'Rows that it took before stay.';
  return new Error(`This ended before it was done. ${who}`);
}

/** What to tell of an error that was thrown where nobody could catch it. */
export function thrownMeanwhile(error: Error): Error {
  const asked = unanswered();
  return asked.length === 0
    ? error
    : new Error(
        `${asked.join(', ')}, and its connector has thrown: ${error.message}`,
      );
}

function oneLine(text: string): string {
  return harmless(text.trim().replace(/\s*[\r\n]+\s*/g, ' '));
}
