import {InMemoryError, show} from '../base/errors';
import {isObject, isPlainObject, isRecord} from '../base/objects';
import {maxDepth} from '../value/copy';
import {loadRegExps} from '../value/on-demand';
import {companions, isOperator} from '../value/operators';
import type {ModelClass} from './loopback';
import {KeptTexts, patterns} from './kept-texts';
import {blamingRequest} from './model-coercion';

type Where = Record<string, unknown>;
type Sanitize = (this: unknown, query: unknown, options: unknown) => unknown;

/** The private parts of a model class that are mended here. */
interface QueriedModel extends ModelClass {
  _normalize: Sanitize;
  _sanitizeQuery: Sanitize;
  _getSetting(name: string, options: unknown): unknown;
}

/**
 * Mends what a model class does to the conditions of its filters before it casts
 * them. The juggler
 * - takes out operands that are undefined, so that `{s: {eq: undefined}}` arrives as
 *   `{s: {}}`: here it is a condition that nothing meets, nor does anything
 *   meet its opposite, as with null in SQL;
 * - escapes texts that it takes for expressions and finds wrong, `(?i)x` and the
 *   patterns of `like` among them, and reads flags into `/usr/bin`;
 * - searches a filter for `near` in a way that ends at null in a list, and at
 *   objects that call something `hasOwnProperty`.
 */
export function mendWhere(modelClass: ModelClass): void {
  const model = modelClass as QueriedModel;
  const {_normalize: normalize, _sanitizeQuery: sanitize} = model;
  let isFilter = false;
  let repair: Repair | undefined;
  // To the compiler it is undefined after every call that may have set it.
  const repaired = (): Repair | undefined => repair;

  model._normalize = function (filter, options) {
    // The juggler would look into it for `near`, and fail.
    if (isRecord(filter) && filter['where'] === null) delete filter['where'];
    isFilter = true;
    repair = undefined;
    try {
      const normalized = normalize.call(this, filter, options);
      if (isObject(filter)) repaired()?.coverNulls(filter['where']);
      return normalized;
    } catch (error) {
      throw blamingRequest(error, false);
    } finally {
      isFilter = false;
    }
  };

  model._sanitizeQuery = function (query, options) {
    const where = isFilter && isObject(query) ? query['where'] : query;
    if (isSound(where)) return sanitize.call(this, query, options);
    repair = new Repair(model, options);
    try {
      repair.mend(where, false);
      return sanitize.call(this, query, options);
    } finally {
      repair.texts.giveBack();
    }
  };
}

/** Whether nothing is to be mended, as in `{id: 1}`; says false when in doubt. */
function isSound(where: unknown): boolean {
  if (!isObject(where)) return true;
  for (const name in where) {
    const value = where[name];
    if (typeof value === 'object' && value !== null) return false;
    if (typeof value === 'string' && patterns.has(name)) return false;
  }
  return true;
}

/** What is done to one where; the very object is changed, as by the juggler. */
class Repair {
  readonly texts = new KeptTexts();
  private hasNullInList = false;

  constructor(
    private readonly model: QueriedModel,
    private readonly options: unknown,
  ) {}

  /** `isNegated` tells whether rows are wanted that do not meet the where. */
  mend(where: unknown, isNegated: boolean, depth = 0): void {
    // What else there is, or lies deeper, is refused by the juggler or the query.
    if (!isRecord(where) || depth > maxDepth) return;
    for (const key of Object.keys(where)) {
      const value = where[key];
      if (key === 'and' || key === 'or' || key === 'nor') {
        this.mendClauses(key, value, isNegated !== (key === 'nor'), depth);
      } else if (key === 'not') {
        if (Array.isArray(value)) {
          throw this.refused(`not takes one condition, not ${show(value)}`);
        }
        this.givePrototype(where, key);
        this.mend(where[key], !isNegated, depth + 1);
      } else this.mendProperty(where, key, isNegated);
    }
  }

  private mendClauses(
    key: string,
    value: unknown,
    isNegated: boolean,
    depth: number,
  ): void {
    if (!isObject(value)) return;
    for (const clause of Object.values(value)) {
      if (clause === null) {
        throw this.refused(`null is no condition that ${key} could have`);
      }
      this.mend(clause, isNegated, depth + 1);
    }
  }

  private mendProperty(where: Where, key: string, isNegated: boolean): void {
    const value = where[key];
    if (typeof value === 'string') {
      if (patterns.has(key)) this.texts.keep(where, key, value);
    } else if (Array.isArray(value)) {
      this.hasNullInList ||= value.includes(null);
    } else if (isRecord(value)) {
      this.givePrototype(where, key);
      if (isPlainObject(value)) this.mendCondition(where, key, isNegated);
    }
  }

  private mendCondition(
    where: Where,
    key: string,
    isNegated: boolean,
    depth = 0,
  ): void {
    if (depth > maxDepth) return;
    const condition = where[key] as Where;
    if (this.isVoid(condition)) {
      where[key] = isNegated ? {nin: []} : {inq: []};
      return;
    }
    for (const operator of Object.keys(condition)) {
      this.givePrototype(condition, operator);
      const operand = condition[operator];
      if (operator === 'not' && isPlainObject(operand)) {
        if (this.isVoid(operand)) condition['not'] = undefined;
        else this.mendCondition(condition, 'not', !isNegated, depth + 1);
      } else this.mendOperand(condition, operator);
    }
  }

  private mendOperand(condition: Where, operator: string): void {
    const operand = condition[operator];
    if (Array.isArray(operand)) this.hasNullInList ||= operand.includes(null);
    if (typeof operand !== 'string') return;
    if (operator === 'regexp') this.readText(condition, operand);
    else if (patterns.has(operator)) {
      this.texts.keep(condition, operator, operand);
    }
  }

  /** Whether the juggler would leave no operator of a condition. */
  private isVoid(condition: Where, depth = 0): boolean {
    let hasOperator = false;
    for (const key in condition) {
      if (isOperator(key)) hasOperator = true;
      else if (Object.hasOwn(companions, key)) continue;
      if (!this.isTakenOut(key, condition[key], depth)) return false;
    }
    if (!hasOperator) return false;
    const name = 'normalizeUndefinedInQuery';
    const setting = this.model._getSetting(name, this.options) ?? 'ignore';
    return setting === 'ignore';
  }

  private isTakenOut(key: string, operand: unknown, depth: number): boolean {
    if (operand === undefined) return true;
    if (key !== 'not' || !isPlainObject(operand)) return false;
    return depth < maxDepth && this.isVoid(operand, depth + 1);
  }

  /** A text that is no expression at all the juggler takes for plain letters. */
  private readText(condition: Where, text: string): void {
    const {readExpression, refusedExpression} = loadRegExps();
    const {source, flags} = readExpression(text);
    try {
      condition['regexp'] = new RegExp(source, flags);
    } catch (error) {
      if (source === text) return;
      const [, reason] = /: ([^:]*)$/.exec((error as Error).message) ?? [];
      throw refusedExpression(text, reason ?? 'it is none');
    }
  }

  /** To be called after the casts, before the juggler looks for `near`. */
  coverNulls(where: unknown): void {
    if (!this.hasNullInList || !isRecord(where)) return;
    for (const key of Object.keys(where)) {
      const value = where[key];
      if (!Array.isArray(value)) continue;
      if (key !== 'and' && key !== 'or' && key !== 'nor') {
        if (value.includes(null)) where[key] = {eq: value};
      } else for (const clause of value) this.coverNulls(clause);
    }
  }

  /** The juggler asks every object whether it has `near`. */
  private givePrototype(holder: Where, key: string): void {
    const value = holder[key];
    if (!isRecord(value) || typeof value['hasOwnProperty'] === 'function') {
      return;
    }
    if (Object.hasOwn(value, 'hasOwnProperty')) {
      throw this.refused(
        `${show(value)} cannot be asked of ${key}: ` +
          'LoopBack does not bear the key "hasOwnProperty"',
      );
    }
    holder[key] = {...value};
  }

  private refused(reason: string): InMemoryError {
    const {modelName} = this.model;
    return new InMemoryError(
      'INVALID_FILTER',
      `Invalid filter on ${modelName}: ${reason}.`,
      {table: modelName},
    );
  }
}
