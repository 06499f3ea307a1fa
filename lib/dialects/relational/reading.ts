import {isNull} from './conditions';
import type {StatementErrors} from './statement-errors';

/** What is known of a statement while its where is read. */
export interface Reading {
  /** Its kind: `find`, `update`. */
  readonly statement: string;
  readonly errors: StatementErrors;
  /** How many parameters there are before what is read next. */
  parameters: number;
}

/** A statement of which the where is to be read. */
export function readingOf(
  statement: string,
  errors: StatementErrors,
  parameters = 0,
): Reading {
  return {statement, errors, parameters};
}

/** How many parameters a condition has in SQL. */
export function parametersOf(expression: unknown): number {
  if (isNull(expression)) return 0;
  if (expression.constructor !== Object) return 1;
  const [[operator, operand] = []] = Object.entries(expression);
  const count = Array.isArray(operand) ? operand.length : 1;
  switch (operator) {
    case 'between':
      return 2;
    case 'inq':
      // A null stands for an empty list.
      return Math.max(1, count);
    case 'nin':
      return count;
    case 'neq':
      return isNull(operand) ? 0 : 1;
    default:
      return 1;
  }
}
