import {isDeepStrictEqual, types} from 'node:util';
import {errorCodes} from '../base/error-codes';
import {asList, isObject, isPlainObject} from '../base/objects';
import {setOwn} from '../value/copy';
import {castByLoopBack, isOperator} from '../value/operators';
import {isCast, sanitizedFlat} from './cast-check';
import {KeptTexts} from './kept-texts';
import type {ModelClass, PropertyDefinition} from './loopback';

type Where = Record<string, unknown>;
type Coerce = (
  this: unknown,
  where: unknown,
  options: unknown,
  modelDefinition: unknown,
) => unknown;
type SanitizeData = (this: unknown, data: unknown, options: unknown) => unknown;

/** The private parts of a model class by which it casts what goes into it. */
export interface CoercingModel extends ModelClass {
  _coerce: Coerce;
  _sanitizeData: SanitizeData;
}

const castOperators: ReadonlySet<string> = new Set(castByLoopBack);

/**
 * Mends how a model class casts the conditions of its filters before any
 * connector sees them. The juggler's `_coerce` keeps one operator for each
 * property and drops the rest, and casts operators that it does not know as if
 * they were values: `{n: {gt: 2, lt: 8}}` became `{n: {gt: 2}}`, and
 * `{active: {exists: true}}` became `{active: true}`. Here such a condition
 * becomes one of several clauses under `and` first:
 *
 *   {n: {gt: 2, lt: 8}}  ->  {and: [{n: {gt: 2}}, {n: {lt: 8}}]}
 *
 * What the juggler cannot cast goes around it. A cast that fails is
 * the client's fault: its error gets the status 400, or 422 in rows.
 *
 * Where every value has its declared type already there is nothing to cast, and
 * the juggler is not asked: it takes 6 us to find out, half of a `findById` or
 * of a repository's `updateById`.
 *
 * The juggler casts rows to be written with the same function. They are told
 * apart by `_sanitizeData`, through which each of them has gone.
 */
export function mendCoercion(
  modelClass: ModelClass,
  primaryKey: readonly string[],
): void {
  const model = modelClass as CoercingModel;
  const {_coerce: coerce, _sanitizeData: sanitizeData} = model;
  const rows = new WeakSet<object>();
  let isCastingRow = false;

  function sanitizeDeep(this: unknown, data: unknown, options: unknown) {
    const texts = new KeptTexts();
    texts.keepAll(data);
    try {
      return sanitizeData.call(this, data, options);
    } finally {
      texts.giveBack();
    }
  }

  model._sanitizeData = function (data, options) {
    const flat = hasUndefinedSetting(options) ? undefined : sanitizedFlat(data);
    const row = flat ?? sanitizeDeep.call(this, data, options);
    if (isObject(row)) rows.add(row);
    return row;
  };

  model._coerce = function (where, options, modelDefinition) {
    const {properties} = model.definition;
    if (!modelDefinition && isCast(where, properties)) return where;
    const isRow = isCastingRow || rows.has(where as object);
    const wasCastingRow = isCastingRow;
    isCastingRow = isRow;
    try {
      if (isRow && isPlainObject(where)) {
        return coerceRow(where, row =>
          coerce.call(this, row, options, modelDefinition),
        );
      }
      if (!isPlainObject(where) || modelDefinition) {
        return coerce.call(this, where, options, modelDefinition);
      }
      spreadCompositeId(where, primaryKey);
      const {cast, aside} = takeApart(where, properties);
      coerce.call(this, where, options, modelDefinition);
      for (const clause of cast) {
        coerce.call(this, clause, options, modelDefinition);
      }
      const clauses = [...cast, ...aside];
      if (clauses.length > 0) {
        const others = (where['and'] ?? []) as unknown[];
        where['and'] = [...others, ...clauses];
      }
      return where;
    } catch (error) {
      throw blamingRequest(error, isRow);
    } finally {
      isCastingRow = wasCastingRow;
    }
  };
}

/** Whether a call says itself what to do with undefined values. */
export function hasUndefinedSetting(options: unknown): boolean {
  return isPlainObject(options) && 'normalizeUndefinedInQuery' in options;
}

/**
 * Casts a row. Objects in it with the names of operators are no conditions,
 * which the juggler would take them for: they are hidden from it meanwhile.
 */
function coerceRow(row: Where, coerce: (row: Where) => unknown): unknown {
  const hidden: Where = {};
  for (const name of Object.keys(row)) {
    const value = row[name];
    if (isPlainObject(value) && Object.keys(value).some(isOperator)) {
      setOwn(hidden, name, value);
      setOwn(row, name, null);
    }
  }
  const cast = coerce(row);
  for (const name of Object.keys(hidden)) setOwn(row, name, hidden[name]);
  return cast;
}

/** Takes the conditions that need it out of a where and makes clauses of them. */
function takeApart(
  where: Where,
  properties: ModelClass['definition']['properties'],
): {cast: Where[]; aside: Where[]} {
  const cast: Where[] = [];
  const aside: Where[] = [];
  for (const name of Object.keys(where)) {
    if (!Object.hasOwn(properties, name)) continue;
    const condition = where[name];
    if (!isPlainObject(condition) || !mustSplit(condition, properties[name]!)) {
      continue;
    }
    const {options, ...operators} = condition;
    if (Object.keys(operators).length === 0) {
      // It is for the query to refuse.
      aside.push({[name]: condition});
      delete where[name];
      continue;
    }
    const rest: Where = {};
    for (const [operator, operand] of Object.entries(operators)) {
      if (isCastByJuggler(operator, operand)) {
        const only = {[operator]: operand};
        cast.push({[name]: options === undefined ? only : {...only, options}});
      } else setOwn(rest, operator, operand);
    }
    if (Object.keys(rest).length > 0) aside.push({[name]: rest});
    delete where[name];
  }
  return {cast, aside};
}

/** Whether the juggler would lose or misread a part of the condition. */
function mustSplit(condition: Where, property: PropertyDefinition): boolean {
  const keys = Object.keys(condition).filter(key => key !== 'options');
  const known = keys.filter(key => isCastByJuggler(key, condition[key])).length;
  if (keys.length === 1 && known === 1) return false;
  if (isNestedModel(property.type)) return false;
  // The juggler makes a list of what stands for one.
  if (Array.isArray(property.type) && asList(condition) !== condition) {
    return false;
  }
  return known > 0 || isScalarType(property.type);
}

/** The juggler would take an expression that is to be equalled for its text. */
function isCastByJuggler(operator: string, operand: unknown): boolean {
  return castOperators.has(operator) && !types.isRegExp(operand);
}

function isScalarType(type: unknown): boolean {
  if (Array.isArray(type)) return isScalarType(type[0]);
  return (
    type === Number || type === String || type === Boolean || type === Date
  );
}

/** The juggler goes into the definitions of nested models by itself. */
function isNestedModel(type: unknown): boolean {
  if (Array.isArray(type)) return isNestedModel(type[0]);
  return typeof type === 'function' && Object.hasOwn(type, 'definition');
}

/**
 * LoopBack asks for a row by the first id property alone; an object with all
 * of them in its place, as LoopBack 4 hands it on, becomes all of them.
 */
function spreadCompositeId(where: Where, primaryKey: readonly string[]): void {
  const [first] = primaryKey;
  if (primaryKey.length < 2 || first === undefined) return;
  const id = where[first];
  if (!isPlainObject(id)) return;
  if (!isDeepStrictEqual(Object.keys(id).sort(), [...primaryKey].sort()))
    return;
  Object.assign(where, id);
}

/**
 * An error with the status of the client's fault, if it has none: a cast that
 * the juggler fails at names no status, so REST would answer 500. Its message
 * stays: LoopBack's published tests ask for it.
 */
export function blamingRequest(error: unknown, isRow: boolean): unknown {
  if (error instanceof Error && !('statusCode' in error)) {
    const code = isRow ? 'INVALID_VALUE' : 'INVALID_FILTER';
    Object.assign(error, {code, statusCode: errorCodes[code].status});
  }
  return error;
}
