import {compileLike} from '../../value/like';
import {ValueTest} from '../../value/value-test';
import {codePoints} from '../collation';
import type {Column, ConditionIn} from '../dialect';
import {
  comparisons,
  type ConditionMaker,
  isNull,
} from '../relational/conditions';
import {textOf} from './affinity';
import {sqliteError, syntaxError} from './errors';

/** The operators of loopback-connector's `buildExpression`. */
const operators: Readonly<Record<string, ConditionMaker>> = {
  ...comparisons,
  like: (operand, column) => like(operand, column, true),
  nlike: (operand, column) => like(operand, column, false),
  regexp() {
    throw sqliteError('SQLITE_ERROR', 'no such function: REGEXP');
  },
};

/**
 * A condition of an operator. Fails with SQLITE_ERROR on one that there is not:
 * behind the name of the column stands the operand, the parameter `number`.
 */
export function sqliteCondition(
  operator: string,
  operand: unknown,
  column: Column,
  number: number,
): ConditionIn {
  if (!Object.hasOwn(operators, operator)) throw syntaxError(`?${number}`);
  const texts = column.type === 'string' ? codePoints : undefined;
  return operators[operator]!(operand, column, texts);
}

/** `LIKE` knows the case of letters beyond ASCII only, and no escape. */
function like(
  operand: unknown,
  column: Column,
  isWanted: boolean,
): ConditionIn {
  const given = isNull(operand) ? null : column.operand(operand, 'equal');
  if (given === null) return {kind: 'never'};
  const pattern = textOf(given, 'bound');
  const literal = lowerCase(pattern).replaceAll('\\', '\\\\');
  const compiled = compileLike(literal, false);
  return {
    kind: 'test',
    test: new ValueTest(
      `${isWanted ? '' : 'not '}like ${JSON.stringify(pattern)} (ASCII without case)`,
      value =>
        !isNull(value) &&
        compiled.test(lowerCase(column.cast(value))) === isWanted,
    ),
  };
}

/** A NUL ends a text here. */
function lowerCase(text: string): string {
  const [first = ''] = text.split('\0', 1);
  return first.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}
