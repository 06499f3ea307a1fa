import {types} from 'node:util';
import {InMemoryError, show} from '../../base/errors';
import {isPlainObject} from '../../base/objects';
import {compileRegExp} from '../../value/regexp';
import {compareBson, placeOf} from './bson';
import {serverError} from './errors';
import {toStored} from './object-id';

/** Whether a value meets a condition; undefined is one that is missing. */
export type Match = (value: unknown) => boolean;

/**
 * Conditions on the values under a path, each of which is true of an array if it
 * is true of it or of one of its elements. Operands are those of LoopBack's
 * connector; from MongoDB's manual, "Query and Projection Operators".
 */
const operators: Readonly<Record<string, (operand: unknown) => Match>> = {
  eq: equals,
  gt: operand => range(operand, difference => difference > 0),
  gte: operand => range(operand, difference => difference >= 0),
  lt: operand => range(operand, difference => difference < 0),
  lte: operand => range(operand, difference => difference <= 0),
  in: oneOf,
  inq: oneOf,
  between(operand) {
    const [low, high] = operand as unknown[];
    const isAtLeast = operators['gte']!(low);
    const isAtMost = operators['lte']!(high);
    return value => isAtLeast(value) && isAtMost(value);
  },
  exists: () => value => value !== undefined,
  size: operand => value => Array.isArray(value) && value.length === operand,
  all(operand) {
    const each = (operand as unknown[]).map(equals);
    return value => each.every(match => match(value));
  },
  mod(operand) {
    const [divisor, remainder] = operand as [number, number];
    return anyOf(
      value => typeof value === 'number' && value % divisor === remainder,
    );
  },
  regex: found,
};

/** Operators that are true where another one is not. */
const opposites: Readonly<Record<string, string>> = {
  ne: 'eq',
  neq: 'eq',
  nin: 'in',
};

/** A condition on what is under a path: that something there matches, or nothing. */
export interface PathMatch {
  readonly match: Match;
  readonly isNegated: boolean;
}

/** A condition with an operator. Fails with code 2 on one that there is not. */
export function matchOf(operator: string, operand: unknown): PathMatch {
  const opposite = Object.hasOwn(opposites, operator)
    ? opposites[operator]
    : undefined;
  const positive = opposite ?? operator;
  if (Object.hasOwn(operators, positive)) {
    const isAbsence = operator === 'exists' && !operand;
    return {
      match: operators[positive]!(operand),
      isNegated: opposite !== undefined || isAbsence,
    };
  }
  if (notEmulated.has(operator)) {
    throw new InMemoryError(
      'INVALID_FILTER',
      `The operator $${operator} of MongoDB is not emulated; its operand is ` +
        `${show(operand)}. Write the condition with other operators.`,
      {value: operand},
    );
  }
  throw serverError(2, `unknown operator: $${operator}`);
}

/** Operators of MongoDB for which there is nothing here. */
const notEmulated = new Set([
  'bitsAllClear',
  'bitsAllSet',
  'bitsAnyClear',
  'bitsAnySet',
  'elemMatch',
  'expr',
  'geoIntersects',
  'geoWithin',
  'jsonSchema',
  'near',
  'nearSphere',
  'not',
  'text',
  'type',
]);

/** Of a value, or of one of an array's elements. */
function anyOf(match: Match): Match {
  return value =>
    match(value) || (Array.isArray(value) && value.some(each => match(each)));
}

/** An expression finds texts; null equals missing, too. */
export function equals(operand: unknown): Match {
  if (types.isRegExp(operand)) return found(operand);
  const wanted = toStored(operand);
  return anyOf(value => compareBson(value, wanted) === 0);
}

/** What is null, and not missing: the type 10. */
export const isNullType: Match = anyOf(value => value === null);

function oneOf(operand: unknown): Match {
  const each = (operand as unknown[]).map(equals);
  return value => each.some(match => match(value));
}

/** Values of one type compare. */
function range(
  operand: unknown,
  isWithin: (difference: number) => boolean,
): Match {
  const bound = toStored(operand);
  const place = placeOf(bound);
  const isNaNBound = Number.isNaN(bound);
  return anyOf(
    value =>
      placeOf(value) === place &&
      Number.isNaN(value) === isNaNBound &&
      isWithin(compareBson(value, bound)),
  );
}

/** An expression anywhere in a text. BSON has the flag g of JavaScript as s. */
export function found(operand: unknown): Match {
  const {flags, source} = types.isRegExp(operand)
    ? operand
    : new RegExp(operand as string);
  const own = flags.replace('s', '').replace('g', 's');
  const pattern = compileRegExp(new RegExp(source, own));
  return anyOf(value => typeof value === 'string' && pattern.test(value));
}

/** A match of what is under a path in a value, which leads through arrays. */
export function matchUnder(path: readonly string[], match: Match): Match {
  const [first, ...rest] = path;
  if (first === undefined) return match;
  const inner = matchUnder(rest, match);
  return value => {
    if (Array.isArray(value)) {
      const elements = value.filter(isPlainObject) as Row[];
      const found = elements.some(each => inner(each[first]));
      return found || (isPlace(first) && inner(value[Number(first)]));
    }
    return inner(isPlainObject(value) ? (value as Row)[first] : undefined);
  };
}

type Row = Readonly<Record<string, unknown>>;

function isPlace(part: string): boolean {
  return /^\d+$/.test(part);
}
