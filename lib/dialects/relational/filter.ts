import {setOwn} from '../../value/copy';
import {KeyedOrder} from '../../value/value-order';
import type {Filter} from '../../query/query';
import type {
  Column,
  ConditionIn,
  EmulatedDatabase,
  EmulatedTable,
} from '../dialect';
import {type MeetHazard, severalOperators} from '../hazards';
import {isNull} from './conditions';
import {StatementErrors} from './statement-errors';

type Where = Record<string, unknown>;

type OrderKey = KeyedOrder['keys'][number];

/** A where that no row meets. */
const never: Where = {or: []};

/** A where in this connector's language; undefined where there is no condition. */
type WhereIn = Where | undefined;

/**
 * How filters are read by LoopBack's connectors for SQL databases, which make one
 * statement of each: what they leave out is left out here, and what the database
 * says of null is said here. From loopback-connector's sql.js: `_buildWhere`,
 * `buildOrderBy`, `buildColumnNames`, `buildSelect`.
 */
export class RelationalFilter {
  constructor(
    private readonly table: EmulatedTable,
    private readonly database: EmulatedDatabase,
    private readonly meet: MeetHazard,
  ) {}

  /** A filter in the language of this connector. Fails as the database does. */
  filterIn(filter: Filter | null | undefined): Filter {
    const {fields, limit, offset, order, skip, where} = filter ?? {};
    const {filter: rules} = this.database;
    const errors = new StatementErrors(this.database.phaseOf);
    const own = this.conditionsIn(where, reading('find', errors)) ?? {};
    const filterIn = {
      where: own,
      order: errors.attempt(() => this.orderIn(order, own), undefined),
      fields: this.fieldsIn(fields),
      limit: errors.attempt(() => rules.limit(limit), 0),
      skip: errors.attempt(() => rules.limit(offset || skip), 0),
    };
    errors.throwFirst();
    return filterIn;
  }

  /**
   * A where in the language of this connector, for a statement of that kind.
   * Fails as the database does.
   */
  whereIn(where: unknown, statement: string): Where {
    const errors = new StatementErrors(this.database.phaseOf);
    const own = this.conditionsIn(where, reading(statement, errors));
    errors.throwFirst();
    return own ?? {};
  }

  /**
   * The same for an update that sets so many columns: what is wrong with it is
   * noted beside what is wrong with these.
   */
  whereOfUpdate(
    where: unknown,
    columns: number,
    errors: StatementErrors,
  ): Where {
    const own = reading('update', errors, columns);
    return this.conditionsIn(where, own) ?? {};
  }

  private conditionsIn(where: unknown, reading: Reading): WhereIn {
    if (!where) return undefined;
    if (typeof where !== 'object' || Array.isArray(where)) return undefined;
    const parts: Where[] = [];
    for (const key in where) {
      const value = (where as Where)[key];
      if ((key === 'and' || key === 'or') && Array.isArray(value)) {
        const part = this.clausesIn(key, value, reading);
        if (part !== undefined) parts.push(part);
        continue;
      }
      const part = this.propertyIn(key, value, reading);
      if (part !== undefined) parts.push(part);
    }
    return parts.length <= 1 ? parts[0] : joined(parts);
  }

  private clausesIn(
    key: 'and' | 'or',
    clauses: readonly unknown[],
    reading: Reading,
  ): WhereIn {
    const {statement} = reading;
    const branches: Where[] = [];
    for (const clause of clauses) {
      const branch = this.conditionsIn(clause, reading);
      if (branch !== undefined) branches.push(branch);
    }
    const left = clauses.length - branches.length;
    if (key === 'or' && (left > 0 || clauses.length === 0)) {
      const {model} = this.table;
      this.meet(model, {
        what:
          clauses.length === 0
            ? `${this.said} leaves out "or: []": ${statement} is of all rows ` +
              `of ${model} that meet the rest`
            : `${this.said} leaves out an empty condition of "or", which all ` +
              'rows would meet',
        instead: 'Leave "or" out where you mean that',
      });
    }
    return branches.length === 0 ? undefined : {[key]: branches};
  }

  private get said(): string {
    return `loopback-connector-${this.database.connector.name}`;
  }

  private propertyIn(key: string, value: unknown, reading: Reading): WhereIn {
    const {byProperty, model} = this.table;
    const {errors, statement} = reading;
    const column = byProperty.get(key);
    if (column !== undefined) {
      const part = errors.attempt(
        () => partOf(key, this.expressionIn(value, column, reading)),
        never,
      );
      reading.parameters += parametersOf(value);
      return part;
    }
    const [first = ''] = key.split('.');
    const nesting = key.includes('.') ? byProperty.get(first) : undefined;
    const nested =
      nesting &&
      this.database.filter.nested(key, value, nesting, reading.parameters + 1);
    if (nested !== undefined) {
      reading.parameters += parametersOf(value);
      return partOf(first, nested);
    }
    this.meet(model, {
      what:
        `${this.said} leaves out "${key}", which ${model} has not: ` +
        `${statement} is of all rows that meet the rest`,
      instead: 'Write the name of a property',
    });
    return undefined;
  }

  private expressionIn(
    expression: unknown,
    column: Column,
    {parameters}: Reading,
  ): ConditionIn {
    if (expression === null || expression === undefined) {
      return {kind: 'operand', operand: null};
    }
    if (expression.constructor === Object) {
      const operators = Object.keys(expression);
      const [operator] = operators;
      if (operators.length > 1) this.meetSeveral(operators, column);
      return this.database.filter.condition(
        operator as string,
        (expression as Where)[operator as string],
        column,
        parameters + 1,
      );
    }
    return {kind: 'operand', operand: column.operand(expression, 'equal')};
  }

  private meetSeveral(names: readonly string[], {property}: Column): void {
    const operators = names.filter(name => name !== 'options');
    if (operators.length < 2) return;
    this.meet(
      this.table.model,
      severalOperators(property, operators, this.said),
    );
  }

  /** An order; by the ids where there is none. */
  private orderIn(order: unknown, where: Where): KeyedOrder | undefined {
    const {ids} = this.table;
    if (!order) {
      return ids.length === 0
        ? undefined
        : new KeyedOrder(ids.map(id => this.keyOf(id, 1, where)));
    }
    const list = (typeof order === 'string' ? [order] : order) as unknown[];
    const {filter: rules} = this.database;
    if (list.length === 0) throw rules.malformedOrder(undefined, this.table);
    return new KeyedOrder(
      list.map(each => {
        const [name = '', direction = 'ASC'] = String(each).split(/[\s,]+/);
        const upper = direction.toUpperCase();
        if (upper !== 'ASC' && upper !== 'DESC') {
          throw rules.malformedOrder(direction, this.table);
        }
        const way = upper === 'ASC' ? 1 : -1;
        const column = this.table.byProperty.get(name);
        return column === undefined
          ? this.nestedKeyOf(name, way)
          : this.keyOf(column, way, where);
      }),
    );
  }

  private keyOf(column: Column, direction: 1 | -1, where: Where): OrderKey {
    const mayBeNull =
      column.isNullable && !column.isId && !excludesNull(where, column);
    const by = this.database.filter.order(column, mayBeNull);
    const path = column.property;
    return by === undefined ? {path, direction} : {path, direction, by};
  }

  private nestedKeyOf(name: string, direction: 1 | -1): OrderKey {
    const {byProperty} = this.table;
    const {filter: rules} = this.database;
    const [path = ''] = name.split('.');
    const column = name.includes('.') ? byProperty.get(path) : undefined;
    const by = column && rules.nestedOrder(name, column);
    if (by === undefined) throw rules.unknownOrder(name, this.table);
    return {path, direction, by};
  }

  /** The names wanted; undefined for all. */
  private fieldsIn(fields: unknown): string[] | undefined {
    const {byProperty} = this.table;
    const names = [...byProperty.keys()];
    if (Array.isArray(fields) && fields.length > 0) {
      return fields.filter((name: string) => byProperty.has(name));
    }
    if (typeof fields !== 'object' || fields === null) return undefined;
    const wanted = fields as Record<string, unknown>;
    if (Object.keys(wanted).length === 0) return undefined;
    const included = names.filter(name => wanted[name]);
    if (included.length > 0) return included;
    return names.filter(name => !(name in wanted));
  }
}

/** What is known of a statement while its where is read. */
interface Reading {
  readonly statement: string;
  readonly errors: StatementErrors;
  /** How many there are before what is read next. */
  parameters: number;
}

function reading(
  statement: string,
  errors: StatementErrors,
  parameters = 0,
): Reading {
  return {statement, errors, parameters};
}

/** How many parameters a condition has in SQL. */
function parametersOf(expression: unknown): number {
  if (isNull(expression)) return 0;
  if (expression.constructor !== Object) return 1;
  const [[operator, operand] = []] = Object.entries(expression);
  const count = Array.isArray(operand) ? operand.length : 1;
  switch (operator) {
    case 'between':
      return 2;
    case 'inq':
      // A null stands for an empty list.
      return Math.max(1, count);
    case 'nin':
      return count;
    case 'neq':
      return isNull(operand) ? 0 : 1;
    default:
      return 1;
  }
}

/** Whether rows that have null there do not meet the where. */
function excludesNull(where: Where, {property}: Column): boolean {
  return Object.hasOwn(where, property) && where[property] !== null;
}

function partOf(property: string, condition: ConditionIn): WhereIn {
  switch (condition.kind) {
    case 'nothing':
      return undefined;
    case 'never':
      return never;
    case 'test':
      return ofProperty(property, condition.test);
    default:
      return ofProperty(property, condition.operand);
  }
}

function ofProperty(property: string, operand: unknown): Where {
  const part: Where = {};
  setOwn(part, property, operand);
  return part;
}

/** All of the conditions; those on different properties side by side. */
function joined(parts: readonly Where[]): Where {
  const all: Where = {};
  for (const part of parts) {
    for (const key of Object.keys(part)) {
      if (Object.hasOwn(all, key)) return {and: [...parts]};
      setOwn(all, key, part[key]);
    }
  }
  return all;
}
