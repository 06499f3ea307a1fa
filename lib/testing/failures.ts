import {isRecord} from '../base/objects';
import type {Answer} from './answer';

/** Why a statement was refused, whatever the words for it. */
export type Reason =
  | 'transaction'
  | 'table'
  | 'syntax'
  | 'value'
  | 'null'
  | 'duplicate'
  | 'reference'
  | 'conflict'
  | 'missing'
  | 'program';

/** By the codes and messages of this connector, PostgreSQL, MySQL and SQLite. */
const reasons: Readonly<Record<Reason, RegExp>> = {
  transaction: /^(?:25P02|TRANSACTION_)/,
  table:
    /^(?:42P01|42703|ER_NO_SUCH_TABLE|ER_BAD_FIELD_ERROR|SQLITE_ERROR.*(?:no such (?:table|column)|has no column)|UNKNOWN_MODEL)/,
  syntax:
    /^(?:42601|42883|ER_PARSE_ERROR|SQLITE_ERROR.*(?:syntax error|incomplete input|no such function)|INVALID_FILTER)/,
  value:
    /^(?:22|42804|ER_(?:DATA|WARN|TRUNC)|SQLITE_MISMATCH|INVALID_VALUE|VALUE_OUT_OF_RANGE)/,
  null: /^(?:23502|ER_(?:NO_DEFAULT_FOR_FIELD|BAD_NULL_ERROR)|SQLITE_CONSTRAINT.*NOT NULL|NOT_NULL_VIOLATION|ValidationError.*can't be blank)/,
  duplicate:
    /^(?:23505|ER_DUP_ENTRY|SQLITE_CONSTRAINT.*UNIQUE|DUPLICATE_KEY|11000)/,
  reference:
    /^(?:23503|ER_(?:NO_REFERENCED_ROW|ROW_IS_REFERENCED)|FOREIGN_KEY_VIOLATION)/,
  conflict:
    /^(?:40P01|40001|55P03|ER_LOCK_|SQLITE_BUSY|DEADLOCK|LOCK_TIMEOUT|SERIALIZATION_FAILURE)/,
  program: /^(?:SyntaxError|TypeError|RangeError) /,
  missing: /^ROW_NOT_FOUND|does not exist!|^No instance with id/,
};

/** The error of an answer; the first one where it has several. */
function errorIn(
  answer: Answer,
): Readonly<Record<string, unknown>> | undefined {
  if (!('error' in answer)) return undefined;
  const {error} = answer;
  const all: readonly unknown[] = Array.isArray(error) ? error : [error];
  return all.filter(isRecord).find(each => !('@' in each)) ?? {};
}

/** The code of an error, or else its kind, and what it says. */
function wordsOf(answer: Answer): string | undefined {
  const error = errorIn(answer);
  if (error === undefined) return undefined;
  const {code, message, name} = error;
  const kind = code ?? (name === 'Error' ? '' : name);
  return `${String(kind)} ${String(message)}`.trimStart();
}

/** Whether a statement has failed for that reason. */
export function hasFailedOn(answer: Answer, reason: Reason): boolean {
  const words = wordsOf(answer);
  return words !== undefined && reasons[reason].test(words);
}

/** Whether a statement has failed for one of some reasons. */
export function isOfReasons(answer: Answer, some: readonly Reason[]): boolean {
  return some.some(reason => hasFailedOn(answer, reason));
}

/** Whether both have failed for the same reason, or say the same. */
export function isSameFailure(a: Answer, b: Answer): boolean {
  const [message, other] = [a, b].map(each => errorIn(each)?.['message']);
  if (message !== undefined && message === other) return true;
  return (Object.keys(reasons) as Reason[]).some(
    reason => hasFailedOn(a, reason) && hasFailedOn(b, reason),
  );
}
