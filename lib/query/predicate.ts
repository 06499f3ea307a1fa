import {unreachable} from '../base/assert';
import {compareValues, equalValues, Kind, kindOf} from '../value/compare';
import type {Row} from '../value/copy';
import {distanceBetween, type Point, toPoint} from '../value/geo';
import {
  compileAny,
  compileAnyWhole,
  compileValueAt,
  type Path,
} from '../value/path';
import {ValueMap} from '../value/value-map';
import type {ValueTest as PropertyTest} from '../value/value-test';
import {byEquality} from './alternatives';
import type {Condition, ElementsTest, Leaf, Near} from './condition';

/** Whether a row meets a condition. */
export type Predicate = (row: Row) => boolean;

type DiffersFromAll = Extract<Condition, {kind: 'differsFromAll'}>;

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
      return compileSome(condition.conditions);
    case 'not': {
      const test = compilePredicate(condition.condition);
      return row => !test(row);
    }
    case 'differs':
      return compileDiffers(condition.leaf, condition.matchesNull);
    case 'exists':
      return compileAnyWhole(condition.path, value => value !== undefined);
    case 'near':
      return compileNear(condition);
    case 'passes':
      return compilePasses(condition.path, condition.test);
    default:
      return compileAtPath(condition);
  }
}

function compileAtPath(
  condition: Leaf | ElementsTest | DiffersFromAll,
): Predicate {
  switch (condition.kind) {
    case 'contains':
    case 'containedBy':
    case 'containsAny':
      return compileElements(condition);
    case 'differsFromAll':
      return compileDiffersFromAll(condition);
    default:
      return compileLeaf(condition);
  }
}

function compilePasses(path: Path, {test}: PropertyTest): Predicate {
  const get = compileValueAt(path);
  return row => test(get(row));
}

function compileNear(near: Near): Predicate {
  const get = compileValueAt(near.path);
  const distance = compileDistance(near);
  return row => {
    const point = toPoint(get(row));
    return point !== undefined && distance(point) !== undefined;
  };
}

function every(tests: readonly Predicate[]): Predicate {
  if (tests.length === 2) {
    const [first, second] = tests as [Predicate, Predicate];
    return row => first(row) && second(row);
  }
  return row => tests.every(test => test(row));
}

/** Of many alternatives only those are tested whose equality a row meets. */
function compileSome(conditions: readonly Condition[]): Predicate {
  const {grouped, others} = byEquality(conditions);
  const tests = others.map(compilePredicate);
  if (grouped === undefined) return row => tests.some(test => test(row));
  const {path, branches, rests} = grouped;
  const restTests = rests.map(compilePredicate);
  let current: Row;
  const isMet = (branch: number): boolean => restTests[branch]!(current);
  const anyBranch = compileAny(
    path,
    value => branches.get(value)?.some(isMet) === true,
    false,
  );
  return row => {
    current = row;
    return anyBranch(row) || tests.some(test => test(row));
  };
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
    case 'sameText': {
      const {texts} = leaf;
      return value => texts.has(value);
    }
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

function compileElements({kind, path, values}: ElementsTest): Predicate {
  return compileAnyWhole(path, onArray(elementsTest(kind, values)));
}

function elementsTest(
  kind: ElementsTest['kind'],
  values: readonly unknown[],
): (array: readonly unknown[]) => boolean {
  const wanted = new ValueMap<number>();
  let count = 0;
  for (const value of values) {
    if (wanted.add(value, count)) count++;
  }
  const isWanted = (element: unknown) => wanted.get(element) !== undefined;
  switch (kind) {
    case 'contains':
      return hasAllOf(wanted, count);
    case 'containedBy':
      return array => array.every(isWanted);
    case 'containsAny':
      return array => array.some(isWanted);
    default:
      return unreachable(kind);
  }
}

/** Whether an array has all of the values, which are numbered from 0. */
function hasAllOf(
  wanted: ValueMap<number>,
  count: number,
): (array: readonly unknown[]) => boolean {
  /** The array in which each was seen last. */
  const seenIn = new Float64Array(count);
  let arrays = 0;
  return array => {
    arrays++;
    let missing = count;
    for (let i = 0; i < array.length && missing > 0; i++) {
      const place = wanted.get(array[i]);
      if (place === undefined || seenIn[place] === arrays) continue;
      seenIn[place] = arrays;
      missing--;
    }
    return missing === 0;
  };
}

/**
 * Met where a value is none of the operands, or two values differ: of each
 * operand one of them differs then.
 */
function compileDiffersFromAll({
  path,
  values,
  matchesNull,
}: DiffersFromAll): Predicate {
  const operands = new ValueMap<true>();
  for (const value of values) operands.add(value, true);
  let known: {readonly value: unknown} | undefined;
  const decides: ValueTest = value => {
    if (!matchesNull && (value === null || value === undefined)) return false;
    if (operands.get(value) === undefined) return true;
    if (known !== undefined) return !equalValues(known.value, value);
    known = {value};
    return false;
  };
  const anyDecides = compileAny(path, decides, true);
  return row => {
    known = undefined;
    return anyDecides(row);
  };
}

function onArray(test: (array: readonly unknown[]) => boolean): ValueTest {
  return value => Array.isArray(value) && test(value);
}
