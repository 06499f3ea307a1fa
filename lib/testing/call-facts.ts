import {isRecord} from '../base/objects';
import type {Told} from './answer';
import type {Call} from './watched-models';

/* What of a call tells why two databases may answer it differently. */

export type Where = Readonly<Record<string, unknown>>;

/** A property of a where, with an operator and its operand; `eq` where none is said. */
export interface Comparison {
  readonly property: string;
  readonly operator: string;
  readonly operand: unknown;
}

const takesWhere =
  /^(?:find|count|update|upsertWith|patchOr|destroy|delete|remove)/;

/** The filter of a call that reads; that is found by any other is its where alone. */
export function filterOf({args, method}: Call): Where {
  const [first] = args;
  if (!takesWhere.test(method) || !isRecord(first)) return {};
  return method.startsWith('find') ? first : {where: first};
}

/** The where of a call, with all within. */
export function wheresOf(call: Call): Where[] {
  const {where} = filterOf(call);
  return isRecord(where) ? clausesOf(where) : [];
}

function clausesOf(where: Where): Where[] {
  const within = ['and', 'or'].flatMap(key => {
    const clauses = where[key];
    return Array.isArray(clauses) ? clauses.filter(isRecord) : [];
  });
  return [where, ...within.flatMap(clausesOf)];
}

/** All comparisons of a call. */
export function comparisonsOf(call: Call): Comparison[] {
  return wheresOf(call).flatMap(where =>
    Object.entries(where)
      .filter(([name]) => name !== 'and' && name !== 'or')
      .flatMap(([property, given]) =>
        isPlain(given)
          ? Object.entries(given).map(([operator, operand]) => ({
              property,
              operator,
              operand,
            }))
          : [{property, operator: 'eq', operand: given}],
      ),
  );
}

/** Dates, bytes and expressions are values; other objects have operators. */
export function isPlain(value: unknown): value is Where {
  return isRecord(value) && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether only some of the rows are answered that are found. */
export function isLimited(call: Call): boolean {
  const {limit, skip, offset} = filterOf(call);
  const isOne = /^(?:findOne|findOrCreate|upsertWith|patchOrCreateWith)/;
  return Boolean(limit || skip || offset) || isOne.test(call.method);
}

/** The properties that rows are ordered by. */
export function orderOf(call: Call): string[] {
  const {order} = filterOf(call);
  const keys = (Array.isArray(order) ? order : [order]) as unknown[];
  return keys
    .filter(each => typeof each === 'string')
    .map(each => each.split(/\s/, 1)[0]!);
}

/** Whether a row has no value of a property. */
export function isWithout(row: Told, property: string): boolean {
  if (!isRecord(row)) return false;
  const value = row[property];
  return (
    value === undefined ||
    value === null ||
    (isRecord(value) && value['@'] === 'undefined')
  );
}
