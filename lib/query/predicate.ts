import {unreachable} from '../base/assert';
import {compareValues, equalValues, Kind, kindOf} from '../value/compare';
import type {Row} from '../value/copy';
import {distanceBetween, type Point, toPoint} from '../value/geo';
import {compileAny, compileAnyWhole, compileValueAt} from '../value/path';
import type {Condition, Leaf, Near} from './condition';

/** Whether a row meets a condition. */
export type Predicate = (row: Row) => boolean;

type ValueTest = (value: unknown) => boolean;

/** A closure that tests rows; everything that can be decided once, is. */
export function compilePredicate(condition: Condition): Predicate {
  switch (condition.kind) {
    case 'always':
      return () => true;
    case 'never':
      return () => false;
    case 'and':
      return every(condition.conditions.map(compilePredicate));
    case 'or':
      return some(condition.conditions.map(compilePredicate));
    case 'not': {
      const test = compilePredicate(condition.condition);
      return row => !test(row);
    }
    case 'differs':
      return compileDiffers(condition.leaf, condition.matchesNull);
    case 'exists':
      return compileAnyWhole(condition.path, value => value !== undefined);
    case 'near': {
      const get = compileValueAt(condition.path);
      const distance = compileDistance(condition);
      return row => {
        const point = toPoint(get(row));
        return point !== undefined && distance(point) !== undefined;
      };
    }
    case 'contains':
    case 'containedBy':
    case 'containsAny':
      return compileElements(condition);
    default:
      return compileLeaf(condition);
  }
}

function every(tests: readonly Predicate[]): Predicate {
  if (tests.length === 2) {
    const [first, second] = tests as [Predicate, Predicate];
    return row => first(row) && second(row);
  }
  return row => tests.every(test => test(row));
}

function some(tests: readonly Predicate[]): Predicate {
  return row => tests.some(test => test(row));
}

function compileLeaf(leaf: Leaf): Predicate {
  const test = compileTest(leaf);
  const anyElement = compileAny(leaf.path, test, false);
  if (!hasArrayOperand(leaf)) return anyElement;
  const anyArray = compileAnyWhole(leaf.path, onArray(test));
  return row => anyArray(row) || anyElement(row);
}

function compileDiffers(leaf: Leaf, matchesNull: boolean): Predicate {
  const test = compileTest(leaf);
  const differs: ValueTest = matchesNull
    ? value => !test(value)
    : value => value !== null && value !== undefined && !test(value);
  const anyDiffers = compileAny(leaf.path, differs, true);
  if (!hasArrayOperand(leaf)) return anyDiffers;
  const anyArray = compileAnyWhole(leaf.path, onArray(test));
  return row => !anyArray(row) && anyDiffers(row);
}

/** An array operand may equal a whole array as well as one element of it. */
function hasArrayOperand(leaf: Leaf): boolean {
  switch (leaf.kind) {
    case 'eq':
      return Array.isArray(leaf.value);
    case 'in':
      return leaf.values.some(Array.isArray);
    default:
      return false;
  }
}

function compileTest(leaf: Leaf): ValueTest {
  switch (leaf.kind) {
    case 'eq':
      return equalTest(leaf.value);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return rangeTest(leaf.kind, leaf.value);
    case 'between': {
      const isAtLeast = rangeTest('gte', leaf.low);
      const isAtMost = rangeTest('lte', leaf.high);
      return value => isAtLeast(value) && isAtMost(value);
    }
    case 'in':
      return inTest(leaf.values);
    case 'like':
    case 'regexp': {
      const {pattern} = leaf;
      return value => typeof value === 'string' && pattern.test(value);
    }
    default:
      return unreachable(leaf);
  }
}

function equalTest(operand: unknown): ValueTest {
  if (operand === null) return value => value === null || value === undefined;
  if (typeof operand === 'string' || typeof operand === 'boolean') {
    return value => value === operand;
  }
  if (typeof operand === 'number') {
    return value =>
      value === operand ||
      (typeof value === 'bigint' && equalValues(value, operand));
  }
  return value => equalValues(value, operand);
}

/** Only values of the operand's own kind can be greater or less. */
function rangeTest(
  kind: 'gt' | 'gte' | 'lt' | 'lte',
  operand: unknown,
): ValueTest {
  const type = typeof operand;
  const isQuick = type === 'number' || type === 'string';
  const compare = (value: unknown): number => {
    if (isQuick && typeof value === type) {
      return (value as number) < (operand as number)
        ? -1
        : (value as number) > (operand as number)
          ? 1
          : value === operand
            ? 0
            : Number.NaN;
    }
    return kindOf(value) === kindOf(operand)
      ? compareValues(value, operand)
      : Number.NaN;
  };
  switch (kind) {
    case 'gt':
      return value => compare(value) > 0;
    case 'gte':
      return value => compare(value) >= 0;
    case 'lt':
      return value => compare(value) < 0;
    case 'lte':
      return value => compare(value) <= 0;
    default:
      return unreachable(kind);
  }
}

function inTest(values: readonly unknown[]): ValueTest {
  const primitives = new Set(values.map(value => value ?? null));
  const others = values.filter(
    value => kindOf(value) > Kind.string || typeof value === 'bigint',
  );
  return value =>
    primitives.has(value ?? null) ||
    (typeof value === 'bigint' && includes(values, value)) ||
    (others.length > 0 && includes(others, value));
}

/** Binary search in an ascending list. */
function includes(values: readonly unknown[], value: unknown): boolean {
  let low = 0;
  let high = values.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const difference = compareValues(values[middle], value);
    if (difference === 0) return true;
    if (difference < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/**
 * The distance of a point from the centre of a `near`, or undefined when it is
 * too near or too far.
 */
export function compileDistance({
  center,
  unit,
  minDistance,
  maxDistance,
}: Near): (point: Point) => number | undefined {
  return point => {
    const distance = distanceBetween(center, point, unit);
    return distance >= minDistance && distance <= maxDistance
      ? distance
      : undefined;
  };
}

/**
 * How far a row's point is from the centre of a `near` in radians, whatever its
 * limits; Infinity when it has none there.
 */
export function compileAngle({path, center}: Near): (row: Row) => number {
  const get = compileValueAt(path);
  return row => {
    const point = toPoint(get(row));
    return point === undefined
      ? Infinity
      : distanceBetween(center, point, 'radians');
  };
}

function compileElements(condition: {
  readonly kind: 'contains' | 'containedBy' | 'containsAny';
  readonly path: readonly string[];
  readonly values: readonly unknown[];
}): Predicate {
  const {path, values} = condition;
  return compileAnyWhole(path, onArray(elementsTest(condition.kind, values)));
}

function elementsTest(
  kind: 'contains' | 'containedBy' | 'containsAny',
  values: readonly unknown[],
): (array: readonly unknown[]) => boolean {
  const isIn = (value: unknown, list: readonly unknown[]): boolean =>
    list.some(element => equalValues(element, value));
  switch (kind) {
    case 'contains':
      return array => values.every(value => isIn(value, array));
    case 'containedBy':
      return array => array.every(value => isIn(value, values));
    case 'containsAny':
      return array => values.some(value => isIn(value, array));
    default:
      return unreachable(kind);
  }
}

function onArray(test: (array: readonly unknown[]) => boolean): ValueTest {
  return value => Array.isArray(value) && test(value);
}
