import * as juggler from 'loopback-datasource-juggler';
import {castOperand, toPoint, type ColumnTypes} from './cast';
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
 * first one orders.
 */
export function orderingDistance(
  row: Row,
  where: Row | null | undefined,
): number | null {
  const distances = orderingNears(where).flatMap(({path, near}) =>
    valuesAt(row, path)
      .filter(value => isNear(value, near))
      .map(value => distanceTo(value, near['near'], 'miles')),
  );
  const known = distances.filter(distance => distance !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

function orderingNears(where: Row | null | undefined): PlacedNear[] {
  for (const [key, condition] of Object.entries(where ?? {})) {
    const found = orderingNearsOf(key, condition);
    if (found.length > 0) return found;
  }
  return [];
}

function orderingNearsOf(key: string, condition: unknown): PlacedNear[] {
  if (key === 'and' || key === 'or') {
    const branches = (condition as Row[]).map(orderingNears);
    if (key === 'and') return branches.find(list => list.length > 0) ?? [];
    return branches.every(list => list.length > 0) ? branches.flat() : [];
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

const operators = new Set(
  (
    'eq neq gt gte lt lte between inq nin like ilike nlike nilike regexp ' +
    'exists near contains containedBy containsAny containsAnyOf not'
  ).split(' '),
);

function isOperators(condition: unknown): condition is Row {
  return (
    kindOf(condition) === 'object' &&
    !(condition instanceof RegExp) &&
    Object.keys(condition as Row).some(key => operators.has(key))
  );
}

function propertyMeets(
  row: Row,
  path: string,
  condition: unknown,
  types: ColumnTypes,
): boolean {
  if (!isOperators(condition)) {
    return operatorMatches(row, path, ['eq', condition], types);
  }
  return Object.keys(condition)
    .filter(key => operators.has(key))
    .every(key => {
      if (key === 'not') {
        return !propertyMeets(row, path, condition['not'], types);
      }
      const operand = key === 'near' ? condition : condition[key];
      return operatorMatches(row, path, [key, operand], types);
    });
}

/** Whether one operator, with its operand, matches at a path of a row. */
function operatorMatches(
  row: Row,
  path: string,
  [operator, operand]: [string, unknown],
  types: ColumnTypes,
): boolean {
  const whole = valuesAt(row, path);
  const elements = elementsAt(row, path);
  const cast = (value: unknown) => castOperand(value, types[path]);
  const has = (value: unknown) => isAt(whole, elements, value);
  switch (operator) {
    case 'exists':
      return whole.some(value => value !== undefined) === operand;
    case 'near':
      return whole.some(value => isNear(value, operand as Row));
    case 'contains':
    case 'containedBy':
    case 'containsAny':
    case 'containsAnyOf':
      return whole.some(
        value =>
          Array.isArray(value) &&
          holds(value, operator, (operand as unknown[]).map(cast)),
      );
    case 'eq':
      return operand instanceof RegExp
        ? elements.some(value => isFound(value, operand))
        : has(cast(operand));
    case 'inq':
      return (operand as unknown[]).some(one => has(cast(one)));
    case 'neq':
      return lacks(whole, elements, [cast(operand)]);
    case 'nin':
      return lacks(whole, elements, (operand as unknown[]).map(cast));
    case 'nlike':
    case 'nilike':
      return (
        elements.length === 0 ||
        elements.some(
          value => !isLikeOperand(value, operator.slice(1), operand),
        )
      );
    case 'like':
    case 'ilike':
      return elements.some(value => isLikeOperand(value, operator, operand));
    case 'regexp':
      return elements.some(value => isFound(value, operand));
    case 'between': {
      const [low, high] = (operand as unknown[]).map(cast);
      return elements.some(
        value => inRange(value, 'gte', low) && inRange(value, 'lte', high),
      );
    }
    default:
      return elements.some(value => inRange(value, operator, cast(operand)));
  }
}

/** Whether an element, or for an array operand the whole array, equals it. */
function isAt(whole: unknown[], elements: unknown[], operand: unknown) {
  const looked = Array.isArray(operand) ? [...elements, ...whole] : elements;
  return looked.some(value => equalValues(value, operand));
}

/** Whether some value is none of the operands, or there is no value at all. */
function lacks(whole: unknown[], elements: unknown[], operands: unknown[]) {
  const arrays = operands.filter(operand => Array.isArray(operand));
  if (arrays.some(operand => isAt(whole, [], operand))) return false;
  return (
    elements.length === 0 ||
    elements.some(value => !operands.some(one => equalValues(value, one)))
  );
}

function inRange(value: unknown, operator: string, operand: unknown): boolean {
  const kind = kindOf(operand);
  if (kind === 'not comparable' || kindOf(value) !== kind) return false;
  const order = compareValues(value, operand);
  switch (operator) {
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    default:
      return order <= 0;
  }
}

function isLikeOperand(value: unknown, operator: string, operand: unknown) {
  if (typeof value !== 'string') return false;
  const ignoresCase = operator === 'ilike';
  if (operand instanceof RegExp) {
    const flags = ignoresCase ? operand.flags + 'i' : operand.flags;
    return isFound(value, `/${operand.source}/${[...new Set(flags)].join('')}`);
  }
  return ignoresCase
    ? isLike(value.toLowerCase(), String(operand).toLowerCase())
    : isLike(value, String(operand));
}

function isFound(value: unknown, operand: unknown): boolean {
  return typeof value === 'string' && toExpression(operand).test(value);
}

function isNear(value: unknown, near: Row): boolean {
  const {minDistance, maxDistance, unit} = near;
  const distance = distanceTo(value, near['near'], (unit ?? 'miles') as string);
  if (distance === null) return false;
  return (
    distance >= Number(minDistance ?? 0) &&
    distance <= Number(maxDistance ?? Number.POSITIVE_INFINITY)
  );
}

function holds(array: unknown[], operator: string, wanted: unknown[]) {
  const isIn = (list: unknown[], value: unknown) =>
    list.some(one => equalValues(one, value));
  switch (operator) {
    case 'contains':
      return wanted.every(value => isIn(array, value));
    case 'containedBy':
      return array.every(value => isIn(wanted, value));
    default:
      return wanted.some(value => isIn(array, value));
  }
}
