import {types} from 'node:util';
import {show} from '../../base/errors';
import {isPlainObject} from '../../base/objects';
import {setOwn} from '../../value/copy';
import {ValueTest} from '../../value/value-test';
import type {EmulatedTable} from '../dialect';
import {type MeetHazard, severalOperators} from '../hazards';
import type {Coercion} from './coercion';
import {serverError} from './errors';
import {
  equals,
  found,
  isNullType,
  matchOf,
  matchUnder,
  type PathMatch,
} from './matching';
import {toStored} from './object-id';

type Where = Record<string, unknown>;

/**
 * How wheres are read by loopback-connector-mongodb, and answered by MongoDB. From
 * its mongodb.js: `buildWhere`.
 */
export class MongoWhere {
  constructor(
    private readonly table: EmulatedTable,
    private readonly coercion: Coercion,
    private readonly meet: MeetHazard,
  ) {}

  /** A where in the language of this connector. Fails as the server does. */
  whereIn(where: unknown): Where {
    if (typeof where !== 'object' || where === null) return {};
    const parts: Where[] = [];
    for (const [key, value] of Object.entries(where)) {
      // The connector takes it out: it is a program.
      if (key === '$where' || key === 'mapReduce') continue;
      parts.push(
        key === 'and' || key === 'or' || key === 'nor'
          ? this.groupIn(key, value)
          : this.propertyIn(key, value),
      );
    }
    return parts.length === 1 ? parts[0]! : {and: parts};
  }

  private groupIn(key: 'and' | 'or' | 'nor', clauses: unknown): Where {
    if (!Array.isArray(clauses)) {
      throw serverError(2, `$${key} must be an array`);
    }
    if (clauses.length === 0) {
      throw serverError(2, '$and/$or/$nor must be a nonempty array');
    }
    return {[key]: clauses.map(clause => this.whereIn(clause))};
  }

  private propertyIn(key: string, given: unknown): Where {
    const {coercion} = this;
    const path = key === '_id' ? coercion.idName : key;
    const value = coercion.declaredIn(path, given);
    if (isOperators(value)) return this.operatorIn(path, value);
    if (value === null) return tested(path, is(isNullType), 'is null');
    const own = coercion.operandIn(path, value);
    if (isIndexed(own) && !path.includes('.')) {
      return {[path]: toStored(own)};
    }
    return tested(path, is(equals(own)), `= ${show(own)}`);
  }

  private operatorIn(path: string, value: Where): Where {
    const [name = '', ...others] = Object.keys(value);
    const operator = name.replace(/^\$+/, '');
    const operand = value[name];
    this.meetOthers(path, operator, others);
    switch (operator) {
      case 'like':
      case 'nlike': {
        const match = found(expressionOf(operand, value['options']));
        const isNegated = operator === 'nlike';
        return tested(path, {match, isNegated}, `${operator} ${show(operand)}`);
      }
      case 'regexp':
        return tested(path, is(found(operand)), `$regex ${show(operand)}`);
      case 'inq':
      case 'nin':
        return this.listIn(path, operator, operand);
      case 'between':
      case 'neq':
        return compared(path, operator, operand);
      default:
        return compared(path, operator, this.coercion.operandIn(path, operand));
    }
  }

  private listIn(path: string, operator: string, operand: unknown): Where {
    const list = ([] as unknown[])
      .concat(operand || [])
      .map(each => this.coercion.operandIn(path, each));
    return operator === 'inq' && !path.includes('.') && list.every(isIndexed)
      ? {[path]: {inq: list.map(toStored)}}
      : compared(path, operator, list);
  }

  private meetOthers(
    path: string,
    first: string,
    others: readonly string[],
  ): void {
    const names = [first, ...others].filter(name => name !== 'options');
    if (names.length < 2) return;
    const said = 'loopback-connector-mongodb';
    this.meet(this.table.model, severalOperators(path, names, said));
  }
}

/** The properties that a where says are equal to a value: a new document has them. */
export function equalitiesOf(where: unknown, coercion: Coercion): Where {
  const equal: Where = {};
  if (!isPlainObject(where)) return equal;
  for (const [key, value] of Object.entries(where)) {
    if (key === 'and' && Array.isArray(value)) {
      for (const clause of value) {
        Object.assign(equal, equalitiesOf(clause, coercion));
      }
    } else if (isIndexed(value) && !/^(or|nor)$|\./.test(key)) {
      setOwn(equal, key, toStored(coercion.operandIn(key, value)));
    }
  }
  return equal;
}

/** What the connector takes for an operator with its operand. */
function isOperators(value: unknown): value is Where {
  return isPlainObject(value) && Object.keys(value).length > 0;
}

function expressionOf(operand: unknown, options: unknown): RegExp {
  return types.isRegExp(operand)
    ? operand
    : new RegExp(operand as string, (options ?? '') as string);
}

function is(match: PathMatch['match']): PathMatch {
  return {match, isNegated: false};
}

/** Values that the engine finds as MongoDB does, and by its indexes; not NaN. */
function isIndexed(value: unknown): boolean {
  return (
    (typeof value === 'number' && !Number.isNaN(value)) ||
    ['string', 'boolean'].includes(typeof value) ||
    (typeof value === 'object' && value !== null && '_bsontype' in value)
  );
}

function isRange(operator: string): boolean {
  return ['gt', 'gte', 'lt', 'lte'].includes(operator);
}

/** Values of which the order is that of the engine. */
function isRanged(value: unknown): boolean {
  const isOrdered = typeof value === 'number' || value instanceof Date;
  return isOrdered && !Number.isNaN(Number(value));
}

/** A condition with an operator: of the engine where it answers as MongoDB. */
function compared(path: string, operator: string, operand: unknown): Where {
  const isOurs = isRange(operator) && isRanged(operand) && !path.includes('.');
  return isOurs
    ? {[path]: {[operator]: operand}}
    : tested(path, matchOf(operator, operand), `$${operator} ${show(operand)}`);
}

/** A condition on a path, of which the engine reads the first name. */
function tested(path: string, condition: PathMatch, text: string): Where {
  const [first = '', ...rest] = path.split('.');
  const {isNegated, match} = condition;
  const inner = matchUnder(rest, match);
  const test = new ValueTest(
    rest.length === 0 ? text : `${rest.join('.')} ${text}`,
    value => inner(value) !== isNegated,
  );
  const part: Where = {};
  setOwn(part, first, test);
  return part;
}
