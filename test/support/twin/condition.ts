import * as juggler from 'loopback-datasource-juggler';
import {castAt, toPoint, type ColumnTypes} from './cast';
import {elementsAt, valuesAt} from './path';
import {isLike, toExpression} from './pattern';
import {compareValues, equalValues, kindOf, type Row} from './value';

/** Whether a row meets a `where`, each key of which must hold. */
export function meets(
  row: Row,
  where: Row | null | undefined,
  types: ColumnTypes,
): boolean {
  return Object.entries(where ?? {}).every(([key, condition]) => {
    const rowMeets = (inner: Row) => meets(row, inner, types);
    switch (key) {
      case 'and':
        return (condition as Row[]).every(rowMeets);
      case 'or':
        return (condition as Row[]).some(rowMeets);
      case 'nor':
        return !(condition as Row[]).some(rowMeets);
      case 'not':
        return !rowMeets(condition as Row);
      default:
        return propertyMeets(row, key, condition, types);
    }
  });
}

/** A property and the `near` that stands at it. */
interface PlacedNear {
  readonly path: string;
  readonly near: Row;
}

/**
 * How far a row is from the nearest point that orders the rows, in miles;
 * null when there is no such point. Of several `near` that must hold the
 * first one orders; in an `or` only the branches count that the row meets.
 */
export function orderingDistance(
  row: Row,
  where: Row | null | undefined,
  types: ColumnTypes,
): number | null {
  const rowMeets = (branch: Row) => meets(row, branch, types);
  const distances = orderingNears(where, rowMeets).flatMap(({path, near}) =>
    valuesAt(row, path)
      .filter(value => isNear(value, near))
      .map(value => distanceTo(value, near['near'], 'miles')),
  );
  const known = distances.filter(distance => distance !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

function orderingNears(
  where: Row | null | undefined,
  counts: (branch: Row) => boolean,
): PlacedNear[] {
  for (const [key, condition] of Object.entries(where ?? {})) {
    const found = orderingNearsOf(key, condition, counts);
    if (found.length > 0) return found;
  }
  return [];
}

function orderingNearsOf(
  key: string,
  condition: unknown,
  counts: (branch: Row) => boolean,
): PlacedNear[] {
  if (key === 'and' || key === 'or') {
    const branches = condition as Row[];
    const all = branches.map(branch => orderingNears(branch, () => true));
    if (key === 'and') {
      const first = all.findIndex(list => list.length > 0);
      return first === -1 ? [] : orderingNears(branches[first], counts);
    }
    return all.every(list => list.length > 0)
      ? branches.filter(counts).flatMap(branch => orderingNears(branch, counts))
      : [];
  }
  const isNear = isOperators(condition) && 'near' in condition;
  return isNear ? [{path: key, near: condition}] : [];
}

/** LoopBack's own points; its type definitions leave them out. */
const {GeoPoint} = juggler as unknown as {
  GeoPoint: {
    distanceBetween(a: object, b: object, options: {type: string}): number;
  };
};

/** How far a value is from a point; null when it is none. */
function distanceTo(value: unknown, from: unknown, type: string) {
  const point = typeof value === 'object' ? toPoint(value) : null;
  return point && GeoPoint.distanceBetween(toPoint(from)!, point, {type});
}

/** What stands at a path of a row, and how operands are cast there. */
interface Place {
  /** The values at the end of the path; arrays are whole. */
  readonly whole: readonly unknown[];
  /** The same with arrays replaced by their elements. */
  readonly elements: readonly unknown[];
  readonly cast: (operand: unknown) => unknown;
}

type Operator = (place: Place, operand: any) => boolean;

const operators: Readonly<Record<string, Operator>> = {
  eq: (place, operand) =>
    operand instanceof RegExp
      ? isFoundAt(place, operand)
      : has(place, place.cast(operand)),
  neq: (place, operand) =>
    operand instanceof RegExp
      ? isMissedAt(place, operand)
      : lacks(place, [place.cast(operand)]),
  inq: (place, list: unknown[]) =>
    list.some(one => has(place, place.cast(one))),
  nin: (place, list: unknown[]) => lacks(place, list.map(place.cast)),
  gt: ({elements, cast}, operand) =>
    elements.some(value => orderTo(value, cast(operand)) > 0),
  gte: ({elements, cast}, operand) =>
    elements.some(value => orderTo(value, cast(operand)) >= 0),
  lt: ({elements, cast}, operand) =>
    elements.some(value => orderTo(value, cast(operand)) < 0),
  lte: ({elements, cast}, operand) =>
    elements.some(value => orderTo(value, cast(operand)) <= 0),
  between: ({elements, cast}, [low, high]: [unknown, unknown]) =>
    elements.some(
      value =>
        orderTo(value, cast(low)) >= 0 && orderTo(value, cast(high)) <= 0,
    ),
  like: ({elements}, operand) =>
    elements.some(value => isLikeOperand(value, operand)),
  ilike: ({elements}, operand) =>
    elements.some(value => isIlikeOperand(value, operand)),
  nlike: ({elements}, operand) =>
    elements.length === 0 ||
    elements.some(value => !isLikeOperand(value, operand)),
  nilike: ({elements}, operand) =>
    elements.length === 0 ||
    elements.some(value => !isIlikeOperand(value, operand)),
  regexp: (place, operand: string | RegExp) => isFoundAt(place, operand),
  exists: ({whole}, operand: boolean) =>
    whole.some(value => value !== undefined) === operand,
  contains: ({whole, cast}, list: unknown[]) =>
    arraysOf(whole).some(array => list.map(cast).every(isIn(array))),
  containedBy: ({whole, cast}, list: unknown[]) =>
    arraysOf(whole).some(array => array.every(isIn(list.map(cast)))),
  containsAny: ({whole, cast}, list: unknown[]) =>
    arraysOf(whole).some(array => list.map(cast).some(isIn(array))),
  containsAnyOf: (place, list) => operators['containsAny']!(place, list),
};

function isOperators(condition: unknown): condition is Row {
  return (
    kindOf(condition) === 'object' &&
    !(condition instanceof RegExp) &&
    Object.keys(condition as Row).some(
      key => key in operators || key === 'near' || key === 'not',
    )
  );
}

function propertyMeets(
  row: Row,
  path: string,
  condition: unknown,
  types: ColumnTypes,
): boolean {
  if (!isOperators(condition)) {
    return propertyMeets(row, path, {eq: condition}, types);
  }
  const place: Place = {
    whole: valuesAt(row, path),
    elements: elementsAt(row, path),
    cast: operand => castAt(operand, path, types),
  };
  return Object.entries(condition).every(([key, operand]) => {
    switch (key) {
      case 'not':
        return !propertyMeets(row, path, operand, types);
      case 'near':
        return place.whole.some(value => isNear(value, condition));
      default:
        // What is no operator belongs to a `near`.
        return operators[key]?.(place, operand) ?? true;
    }
  });
}

/** Whether an element, or for an array operand the whole array, equals it. */
function has({whole, elements}: Place, operand: unknown): boolean {
  const looked = Array.isArray(operand) ? [...elements, ...whole] : elements;
  return looked.some(value => equalValues(value, operand));
}

/** Whether some value is none of the operands, or there is no value at all. */
function lacks(place: Place, operands: unknown[]): boolean {
  const arrays = operands.filter(operand => Array.isArray(operand));
  if (arrays.some(operand => has(place, operand))) return false;
  const {elements} = place;
  return (
    elements.length === 0 ||
    elements.some(value => !operands.some(one => equalValues(value, one)))
  );
}

/** How a value compares to an operand of its kind; NaN for all others. */
function orderTo(value: unknown, operand: unknown): number {
  const kind = kindOf(operand);
  const isComparable = kind !== 'not comparable' && kindOf(value) === kind;
  return isComparable ? compareValues(value, operand) : Number.NaN;
}

function isLikeOperand(value: unknown, operand: string | RegExp): boolean {
  if (operand instanceof RegExp) return isFound(value, operand);
  return typeof value === 'string' && isLike(value, operand);
}

function isIlikeOperand(value: unknown, operand: string | RegExp): boolean {
  if (typeof value !== 'string') return false;
  if (typeof operand === 'string') {
    return isLike(value.toLowerCase(), operand.toLowerCase());
  }
  const flags = operand.flags.replace('i', '') + 'i';
  return isFound(value, new RegExp(operand.source, flags));
}

function isFoundAt({elements}: Place, operand: string | RegExp): boolean {
  return elements.some(value => isFound(value, operand));
}

function isMissedAt({elements}: Place, operand: RegExp): boolean {
  return (
    elements.length === 0 || elements.some(value => !isFound(value, operand))
  );
}

function isFound(value: unknown, operand: string | RegExp): boolean {
  return typeof value === 'string' && toExpression(operand).test(value);
}

function arraysOf(values: readonly unknown[]): unknown[][] {
  return values.filter(value => Array.isArray(value));
}

function isIn(list: readonly unknown[]): (value: unknown) => boolean {
  return value => list.some(one => equalValues(one, value));
}

function isNear(value: unknown, near: Row): boolean {
  const {minDistance, maxDistance, unit} = near;
  const type = (unit as string | undefined) ?? 'miles';
  const distance = distanceTo(value, near['near'], type);
  if (distance === null) return false;
  return (
    distance >= Number(minDistance ?? 0) &&
    distance <= Number(maxDistance ?? Number.POSITIVE_INFINITY)
  );
}
