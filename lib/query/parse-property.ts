import {types} from 'node:util';
import {columnWord} from '../base/column-words';
import {InMemoryError, show, wordsOf} from '../base/errors';
import {nearest} from '../base/nearest';
import {asList, isPlainObject} from '../base/objects';
import {castOperand} from '../schema/operand-casts';
import type {DeclaredType, NestedTypes} from '../schema/schema';
import {elementType, isArrayType, isScalar} from '../value/coerce';
import {compareValues, Kind, kindOf} from '../value/compare';
import {maxDepth} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {type DistanceUnit, distanceUnits, toPoint} from '../value/geo';
import {loadLike, loadRegExps} from '../value/on-demand';
import {
  companions,
  isOperator,
  type OperatorName,
  operatorNames,
} from '../value/operators';
import type {Path} from '../value/path';
import {OneOfTexts} from '../value/text-order';
import {ValueTest} from '../value/value-test';
import {always, and, type Condition, type Leaf, never, not} from './condition';

/** The property that a condition is about. */
export interface PropertyContext {
  readonly table: string;
  /** The property as the filter names it. */
  readonly property: string;
  readonly path: Path;
  readonly declared: DeclaredType;
  /** The types inside of the table's objects. */
  readonly nested: NestedTypes | undefined;
  readonly dialect: Dialect;
  /** How deep in the `where` it stands. */
  readonly depth: number;
}

type OperatorParser = (
  operand: unknown,
  context: PropertyContext,
  /** The whole operator object, for those that come with options. */
  all: Readonly<Record<string, unknown>>,
) => Condition;

const operators: Readonly<Record<OperatorName, OperatorParser>> = {
  eq: equal,
  neq: (operand, context) => opposite(equal(operand, context), context),
  gt: (operand, context) => range('gt', operand, context),
  gte: (operand, context) => range('gte', operand, context),
  lt: (operand, context) => range('lt', operand, context),
  lte: (operand, context) => range('lte', operand, context),
  between,
  inq: (operand, context) => inList('inq', operand, context),
  nin: (operand, context) => opposite(inList('nin', operand, context), context),
  like: (operand, context, all) => like(operand, context, all, false),
  nlike: (operand, context, all) =>
    opposite(like(operand, context, all, false), context),
  ilike: (operand, context, all) => like(operand, context, all, true),
  nilike: (operand, context, all) =>
    opposite(like(operand, context, all, true), context),
  regexp,
  exists,
  near,
  contains: (operand, context) => elements('contains', operand, context),
  containedBy: (operand, context) => elements('containedBy', operand, context),
  containsAny: (operand, context) => elements('containsAny', operand, context),
  containsAnyOf: (operand, context) =>
    elements('containsAny', operand, context),
  not: (operand, context) =>
    not(parseProperty(operand, {...context, depth: context.depth + 1})),
};

/**
 * The condition that `{property: expected}` stands for: a value to equal, a
 * RegExp, or an object of operators, all of which must hold. Fails with
 * INVALID_FILTER, also where it is nested deeper than {@link maxDepth}.
 */
export function parseProperty(
  given: unknown,
  context: PropertyContext,
): Condition {
  if (context.depth > maxDepth) {
    throw refused(context, `it is nested deeper than ${maxDepth} levels`);
  }
  if (given instanceof ValueTest) {
    return {kind: 'passes', path: context.path, test: given};
  }
  if (given instanceof OneOfTexts) {
    return {kind: 'sameText', path: context.path, texts: given};
  }
  const {type} = context.declared;
  const expected = asDeclaredList(given, context);
  if (!isPlainObject(expected)) {
    return equal(expected, context);
  }
  const keys = Object.keys(expected);
  const operatorCount = keys.filter(isOperator).length;
  // An array of scalars has no element that such an object could equal.
  const holdsObjects = !isScalar(type) && !isScalar(elementType(type));
  if (operatorCount === 0 && holdsObjects) return equal(expected, context);
  for (const key of keys) refuseUnknown(key, expected, context);
  if (operatorCount === 0) {
    throw refused(context, `${show(expected)} names no operator`);
  }
  return and(
    keys
      .filter(isOperator)
      .map(key => operators[key](expected[key], context, expected)),
  );
}

function refuseUnknown(
  key: string,
  expected: object,
  context: PropertyContext,
): void {
  if (isOperator(key)) return;
  const isCompanion =
    Object.hasOwn(companions, key) &&
    companions[key]!.some(operator => Object.hasOwn(expected, operator));
  if (isCompanion) return;
  const meant = nearest(key, operatorNames);
  const hint =
    meant === undefined
      ? `the operators are ${operatorNames.join(', ')}.`
      : `did you mean "${meant}"?`;
  throw refusedBy(context, `"${key}" is not an operator; ${hint}`);
}

/**
 * The operand as a value is stored where the condition looks. Fails with
 * INVALID_FILTER on what is no value.
 */
function operandOf(operand: unknown, context: PropertyContext): unknown {
  const {declared, nested} = context;
  try {
    return castOperand(asDeclaredList(operand, context), declared, nested);
  } catch (error) {
    if (!(error instanceof InMemoryError)) throw error;
    const why = wordsOf(error).replace(/\.$/, '');
    throw refused(context, `an operand is no value: ${why}`);
  }
}

/** Where nothing is declared, or an object, it may be one with such keys. */
function asDeclaredList(
  operand: unknown,
  {declared: {type}}: PropertyContext,
): unknown {
  if (typeof operand !== 'object') return operand;
  return isScalar(type) || isArrayType(type) ? asList(operand) : operand;
}

function equal(operand: unknown, context: PropertyContext): Condition {
  if (types.isRegExp(operand)) return regexp(operand, context, {});
  const value = operandOf(operand, context);
  if (kindOf(value) === Kind.invalid) return never;
  return {kind: 'eq', path: context.path, value: value ?? null};
}

function range(
  kind: 'gt' | 'gte' | 'lt' | 'lte',
  operand: unknown,
  context: PropertyContext,
): Condition {
  const value = operandOf(operand, context) ?? null;
  if (value === null) {
    const isInclusive = kind === 'gte' || kind === 'lte';
    return isInclusive && context.dialect.rangesMatchNull
      ? {kind: 'eq', path: context.path, value}
      : never;
  }
  if (kindOf(value) === Kind.invalid) return never;
  return {kind, path: context.path, value};
}

function between(operand: unknown, context: PropertyContext): Condition {
  const bounds = asList(operand);
  if (!Array.isArray(bounds) || bounds.length !== 2) {
    throw refused(
      context,
      `between needs an array of two values, not ${show(operand)}`,
    );
  }
  const [low, high] = bounds.map(value => operandOf(value, context) ?? null);
  const kind = kindOf(low);
  if (kind !== kindOf(high) || kind === Kind.invalid) return never;
  if (kind === Kind.null) return range('gte', null, context);
  return {kind: 'between', path: context.path, low, high};
}

function inList(
  operator: string,
  operand: unknown,
  context: PropertyContext,
): Condition {
  const values = listOperand(operator, operand, context)
    .filter(value => kindOf(value) !== Kind.invalid)
    .sort(compareValues)
    .filter(
      (value, i, all) => i === 0 || compareValues(all[i - 1], value) !== 0,
    );
  if (values.length === 0) return never;
  return {kind: 'in', path: context.path, values};
}

function listOperand(
  operator: string,
  operand: unknown,
  context: PropertyContext,
): unknown[] {
  const list = asList(operand);
  if (!Array.isArray(list)) {
    throw refused(context, `${operator} needs an array, not ${show(operand)}`);
  }
  if (list.some(types.isRegExp)) {
    throw refused(context, `${operator} takes values, not expressions`);
  }
  return list.map(value => operandOf(value, context) ?? null);
}

/** What `neq` is to `eq`: a value under the path does not pass. */
function opposite(condition: Condition, context: PropertyContext): Condition {
  if (condition.kind === 'never') return always;
  const matchesNull = context.dialect.negationMatchesNull;
  return {kind: 'differs', leaf: condition as Leaf, matchesNull};
}

function like(
  operand: unknown,
  context: PropertyContext,
  all: Readonly<Record<string, unknown>>,
  ignoreCase: boolean,
): Condition {
  const {path} = context;
  const flags = optionFlags(all, context);
  const isInsensitive =
    ignoreCase || flags.includes('i') || !context.dialect.likeIsCaseSensitive;
  if (types.isRegExp(operand)) {
    const pattern = loadRegExps().compileRegExp(
      operand,
      isInsensitive ? 'i' : '',
    );
    return {kind: 'regexp', path, pattern};
  }
  if (typeof operand !== 'string') {
    throw refused(
      context,
      `like needs a string or a RegExp, not ${show(operand)}`,
    );
  }
  return {
    kind: 'like',
    path,
    pattern: loadLike().compileLike(operand, isInsensitive),
  };
}

function regexp(
  operand: unknown,
  context: PropertyContext,
  all: Readonly<Record<string, unknown>>,
): Condition {
  if (typeof operand !== 'string' && !types.isRegExp(operand)) {
    throw refused(
      context,
      `regexp needs a string or a RegExp, not ${show(operand)}`,
    );
  }
  const pattern = loadRegExps().compileRegExp(
    operand,
    optionFlags(all, context),
  );
  return {kind: 'regexp', path: context.path, pattern};
}

/** The flags in `{like: ..., options: 'i'}`. */
function optionFlags(
  all: Readonly<Record<string, unknown>>,
  context: PropertyContext,
): string {
  const {options = ''} = all;
  if (typeof options === 'string') return options;
  throw refused(context, `options must be a text, not ${show(options)}`);
}

function exists(operand: unknown, context: PropertyContext): Condition {
  const isWanted = operand === 'false' ? false : Boolean(operand);
  const condition: Condition = {kind: 'exists', path: context.path};
  return isWanted ? condition : not(condition);
}

function elements(
  kind: 'contains' | 'containedBy' | 'containsAny',
  operand: unknown,
  context: PropertyContext,
): Condition {
  const given = asList(operand);
  const list = Array.isArray(given) ? given : [given];
  return {kind, path: context.path, values: listOperand(kind, list, context)};
}

function near(
  operand: unknown,
  context: PropertyContext,
  all: Readonly<Record<string, unknown>>,
): Condition {
  const center = toPoint(operand);
  if (center === undefined) {
    throw refused(
      context,
      `near needs a point {lat, lng} within 90 and 180 degrees, ` +
        `not ${show(operand)}`,
    );
  }
  return {
    kind: 'near',
    path: context.path,
    center: {lat: center.lat, lng: center.lng},
    unit: distanceUnit(all['unit'] ?? 'miles', context),
    minDistance: distance('minDistance', all, context) ?? 0,
    maxDistance: distance('maxDistance', all, context) ?? Infinity,
  };
}

function distanceUnit(unit: unknown, context: PropertyContext): DistanceUnit {
  if (distanceUnits.includes(unit as DistanceUnit)) return unit as DistanceUnit;
  throw refused(
    context,
    `${show(unit)} is not a unit; use one of ${distanceUnits.join(', ')}`,
  );
}

function distance(
  name: string,
  all: Readonly<Record<string, unknown>>,
  context: PropertyContext,
): number | undefined {
  const given = all[name];
  if (given === undefined || given === null) return undefined;
  const number = typeof given === 'string' ? Number(given) : given;
  if (typeof number === 'number' && number >= 0) return number;
  throw refused(
    context,
    `${name} must be a number that is not negative, not ${show(given)}`,
  );
}

function refused(context: PropertyContext, reason: string): InMemoryError {
  return refusedBy(context, `${reason}.`);
}

/** The same by a whole sentence, which may be a question. */
function refusedBy(context: PropertyContext, sentence: string): InMemoryError {
  const {table, property} = context;
  return new InMemoryError(
    'INVALID_FILTER',
    `Invalid filter on ${table}.${columnWord(table, property)}: ${sentence}`,
    {table, property},
  );
}
