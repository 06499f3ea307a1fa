import {ValueTest} from '../../value/value-test';
import type {Collation} from '../collation';
import type {Column, ConditionIn} from '../dialect';

/*
 * The conditions that all SQL databases answer alike. What compares with null is
 * neither true nor false, so no row meets it.
 */

/** Whether a value is SQL's null. */
export function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** A condition of an operator of SQL. */
export type ConditionMaker = (
  operand: unknown,
  column: Column,
  /** Where the texts of the column are not compared by code unit. */
  texts: Collation | undefined,
) => ConditionIn;

/** The operators of loopback-connector's `buildExpression`, all but `like`. */
export const comparisons: Readonly<Record<string, ConditionMaker>> = {
  gt: (operand, column, texts) => range('gt', operand, column, texts),
  gte: (operand, column, texts) => range('gte', operand, column, texts),
  lt: (operand, column, texts) => range('lt', operand, column, texts),
  lte: (operand, column, texts) => range('lte', operand, column, texts),
  between,
  inq,
  nin,
  neq(operand, column) {
    if (isNull(operand)) return {kind: 'operand', operand: {neq: null}};
    const value = column.operand(operand, 'equal');
    return isNull(value)
      ? {kind: 'never'}
      : {kind: 'operand', operand: {neq: value}};
  },
};

type Range = 'gt' | 'gte' | 'lt' | 'lte';

function range(
  operator: Range,
  operand: unknown,
  column: Column,
  texts: Collation | undefined,
): ConditionIn {
  const value = isNull(operand) ? null : column.operand(operand, 'range');
  if (isNull(value)) return {kind: 'never'};
  return texts === undefined || typeof value !== 'string'
    ? {kind: 'operand', operand: {[operator]: value}}
    : {kind: 'test', test: rangeTest(operator, value, texts)};
}

const isWithin: Readonly<Record<Range, (difference: number) => boolean>> = {
  gt: difference => difference > 0,
  gte: difference => difference >= 0,
  lt: difference => difference < 0,
  lte: difference => difference <= 0,
};

function rangeTest(
  operator: Range,
  bound: string,
  {compare, name}: Collation,
): ValueTest {
  const isIn = isWithin[operator];
  return new ValueTest(
    `${operator} ${JSON.stringify(bound)} (${name})`,
    value => typeof value === 'string' && isIn(compare(value, bound)),
  );
}

function between(
  operand: unknown,
  column: Column,
  texts: Collation | undefined,
): ConditionIn {
  const [low, high] = (
    Array.isArray(operand) ? operand : [operand]
  ) as unknown[];
  // Both are sent, and may be refused, whatever the other one is.
  const [least, most] = [low, high].map(bound =>
    isNull(bound) ? null : column.operand(bound, 'range'),
  );
  if (isNull(least) || isNull(most)) return {kind: 'never'};
  if (texts === undefined || typeof least !== 'string') {
    return {kind: 'operand', operand: {gte: least, lte: most}};
  }
  const isAtLeast = rangeTest('gte', least, texts);
  const isAtMost = rangeTest('lte', most as string, texts);
  return {
    kind: 'test',
    test: new ValueTest(
      `${isAtLeast.text} and ${isAtMost.text}`,
      value => isAtLeast.test(value) && isAtMost.test(value),
    ),
  };
}

function inq(operand: unknown, column: Column): ConditionIn {
  const {given, values} = listOf(operand, column);
  return given === 0 || values.length === 0
    ? {kind: 'never'}
    : {kind: 'operand', operand: {inq: values}};
}

/** Nothing is known to differ from null; an empty list is no condition. */
function nin(operand: unknown, column: Column): ConditionIn {
  const {given, values} = listOf(operand, column);
  if (given === 0) return {kind: 'nothing'};
  return values.length < given
    ? {kind: 'never'}
    : {kind: 'operand', operand: {nin: values}};
}

/** How many values a list has, and those that are not null. */
function listOf(
  operand: unknown,
  column: Column,
): {given: number; values: unknown[]} {
  const list = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  const values = list
    .filter(value => !isNull(value))
    .map(value => column.operand(value, 'list'))
    .filter(value => !isNull(value));
  return {given: list.length, values};
}
