import {isPlainObject} from '../../base/objects';
import {compileLike} from '../../value/like';
import {ValueTest} from '../../value/value-test';
import {codePoints, valueOrder} from '../collation';
import type {Asked, Column, ConditionIn} from '../dialect';
import {
  comparisons,
  type ConditionMaker,
  isNull,
} from '../relational/conditions';
import {textOf} from './affinity';
import {sqliteError, syntaxError} from './errors';

/** Nulls, numbers, texts by code point. */
export const storedOrder = valueOrder(codePoints, false);

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
  if (column.type === 'any' && Object.hasOwn(ranges, operator)) {
    return mixedRange(ranges[operator]!, operand, column);
  }
  const texts = column.type === 'string' ? codePoints : undefined;
  return operators[operator]!(operand, column, texts);
}

/** The operators that compare with each bound, and what is true of a value within. */
const ranges: Readonly<
  Record<string, readonly ((difference: number) => boolean)[]>
> = {
  gt: [difference => difference > 0],
  gte: [difference => difference >= 0],
  lt: [difference => difference < 0],
  lte: [difference => difference <= 0],
  between: [difference => difference >= 0, difference => difference <= 0],
};

/** Of a column that has numbers and texts: each number comes before all texts. */
function mixedRange(
  isWithin: (typeof ranges)[string],
  operand: unknown,
  column: Column,
): ConditionIn {
  const list = isWithin.length > 1 ? (operand as unknown[]) : [operand];
  const bounds = isWithin.map((_, i) =>
    isNull(list[i]) ? null : column.operand(list[i], 'range'),
  );
  if (bounds.some(isNull)) return {kind: 'never'};
  return {
    kind: 'test',
    test: new ValueTest(
      `within ${JSON.stringify(bounds)} (numbers before texts)`,
      value =>
        !isNull(value) &&
        isWithin.every((isIn, i) =>
          isIn(storedOrder.compare(value, bounds[i])),
        ),
    ),
  };
}

/**
 * A condition on a column that the table has not. LoopBack's connector writes its
 * name in double quotes, which SQLite takes for a text then.
 */
export function absentCondition(
  {operand, operator}: Asked,
  column: Column,
  number: number,
): ConditionIn {
  const {name} = column;
  const condition =
    operator === undefined
      ? equal(operand, column)
      : sqliteCondition(operator, operand, {...column, type: 'any'}, number);
  if (condition.kind === 'never' || condition.kind === 'nothing') {
    return condition;
  }
  const isMet =
    condition.kind === 'test'
      ? condition.test.test(name)
      : isMetBy(name, condition.operand);
  const text = `the text ${JSON.stringify(name)} ${isMet ? 'meets' : 'does not meet'} it`;
  return {kind: 'test', test: new ValueTest(text, () => isMet)};
}

function equal(value: unknown, column: Column): ConditionIn {
  const operand = isNull(value) ? null : column.operand(value, 'equal');
  return operand === null ? {kind: 'never'} : {kind: 'operand', operand};
}

/** Whether a text meets an operand of this connector's filters, as SQLite compares. */
function isMetBy(text: string, operand: unknown): boolean {
  const differs = (other: unknown) => differenceFrom(text, other);
  if (!isPlainObject(operand)) return differs(operand) === 0;
  return Object.entries(operand).every(([operator, value]) => {
    switch (operator) {
      case 'inq':
        return (value as unknown[]).some(each => differs(each) === 0);
      case 'nin':
        return (value as unknown[]).every(each => differs(each) !== 0);
      case 'neq':
        return value === null || differs(value) !== 0;
      case 'gt':
        return differs(value) > 0;
      case 'gte':
        return differs(value) >= 0;
      case 'lt':
        return differs(value) < 0;
      default:
        return differs(value) <= 0;
    }
  });
}

/** Numbers come before texts, and bytes behind them. */
function differenceFrom(text: string, other: unknown): number {
  if (typeof other === 'string') return codePoints.compare(text, other);
  return typeof other === 'number' ? 1 : -1;
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
