import {isPlainObject} from '../../base/objects';
import {compileLike} from '../../value/like';
import {ValueTest} from '../../value/value-test';
import type {ValueOrder} from '../../value/value-order';
import {type Collation, valueOrder} from '../collation';
import type {Column, ConditionIn} from '../dialect';
import {isNull} from '../relational/conditions';
import {noOperator, pgError} from './errors';
import {parameter} from './values';

/** What a condition on a path goes by. */
interface PathRules {
  /** The number of its operand among the parameters of the statement. */
  readonly parameter: number;
  /** The collation of the database. */
  readonly texts: Collation;
}

/** A path into a column: `->>` of jsonb gives a text. */
export function jsonPath(
  path: string,
  expression: unknown,
  column: Column,
  rules: PathRules,
): ConditionIn {
  const parts = partsOf(path, column);
  const [operator, operand] = isPlainObject(expression)
    ? (Object.entries(expression)[0] ?? ['eq', undefined])
    : ['eq', expression];
  const test = textTest(operator, operand, rules);
  return {
    kind: 'test',
    test: new ValueTest(
      `->> ${JSON.stringify(parts)} ${operator} ${parameter(operand)}`,
      value => test(textAt(value, parts)),
    ),
  };
}

/** The order by a path: that of its texts. */
export function jsonOrder(
  path: string,
  column: Column,
  texts: Collation,
): ValueOrder {
  const parts = partsOf(path, column);
  const {compare, name} = valueOrder(texts, true);
  return {
    name: `->> ${JSON.stringify(parts)} ${name}`,
    compare: (a, b) => compare(textAt(a, parts), textAt(b, parts)),
  };
}

/** The parts of a path in its column. 42883 where it is not of JSON. */
function partsOf(path: string, {nativeType}: Column): string[] {
  const parts = path.split('.').slice(1);
  if (nativeType === 'jsonb' || nativeType === 'json') return parts;
  const arrow = parts.length > 1 ? '->' : '->>';
  throw pgError(
    '42883',
    `operator does not exist: ${nativeType} ${arrow} unknown`,
    {hint: noOperator},
  );
}

/** The text of what is under a path in a value; undefined where nothing is. */
function textAt(value: unknown, parts: readonly string[]): string | undefined {
  let at: unknown = value;
  for (const part of parts) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  if (isNull(at)) return undefined;
  return typeof at === 'string' ? at : JSON.stringify(at);
}

type TextTest = (text: string | undefined) => boolean;

function textTest(
  operator: string,
  operand: unknown,
  {parameter: number, texts: {compare}}: PathRules,
): TextTest {
  if (isNull(operand)) {
    return operator === 'neq'
      ? text => text !== undefined
      : operator === 'eq'
        ? text => text === undefined
        : () => false;
  }
  const wanted = parameter(operand);
  const list = (Array.isArray(operand) ? operand : [operand]).map(parameter);
  const tests: Record<string, (text: string) => boolean> = {
    eq: text => text === wanted,
    neq: text => text !== wanted,
    gt: text => compare(text, wanted) > 0,
    gte: text => compare(text, wanted) >= 0,
    lt: text => compare(text, wanted) < 0,
    lte: text => compare(text, wanted) <= 0,
    inq: text => list.includes(text),
    nin: text => !list.includes(text),
    between: text =>
      compare(text, list[0]!) >= 0 && compare(text, list[1]!) <= 0,
    like: text => compileLike(wanted, false).test(text),
    ilike: text => compileLike(wanted, true).test(text),
    nlike: text => !compileLike(wanted, false).test(text),
    nilike: text => !compileLike(wanted, true).test(text),
  };
  const test = tests[operator];
  if (test === undefined) {
    throw pgError('42601', `syntax error at or near "$${number}"`);
  }
  return text => text !== undefined && test(text);
}
