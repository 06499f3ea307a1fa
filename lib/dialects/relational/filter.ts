import {KeyedOrder} from '../../value/value-order';
import type {Filter} from '../../query/query';
import type {
  Asked,
  Column,
  ConditionIn,
  RelationalDatabase,
  EmulatedTable,
} from '../dialect';
import type {ReadIn} from '../ddl';
import {type MeetHazard, severalOperators} from '../hazards';
import {isNull} from './conditions';
import {parametersOf, type Reading, readingOf} from './reading';
import {StatementErrors} from './statement-errors';
import {
  branchesOf,
  excludesNull,
  joined,
  never,
  partOf,
  type Where,
  type WhereIn,
} from './where-parts';

type OrderKey = KeyedOrder['keys'][number];

/**
 * How filters are read by LoopBack's connectors for SQL databases, which make one
 * statement of each: what they leave out is left out here, and what the database
 * says of null is said here. From loopback-connector's sql.js: `_buildWhere`,
 * `buildOrderBy`, `buildColumnNames`, `buildSelect`.
 */
export class RelationalFilter {
  constructor(
    private readonly table: EmulatedTable,
    private readonly database: RelationalDatabase,
    private readonly meet: MeetHazard,
  ) {}

  /** A filter in the language of this connector. Fails as the database does. */
  filterIn(filter: Filter | null | undefined): Filter {
    const {fields, limit, offset, order, skip, where} = filter ?? {};
    const {filter: rules} = this.database;
    const errors = new StatementErrors(this.database);
    errors.attempt(() => this.requireSelected(fields), undefined);
    const own = this.readWhere(where, readingOf('find', errors));
    const next = limit ? 'LIMIT' : undefined;
    const filterIn = {
      where: own,
      order: errors.attempt(() => this.orderIn(order, own, next), undefined),
      fields: this.fieldsIn(fields),
      limit: errors.attempt(() => rules.limit(limit), 0),
      skip: errors.attempt(() => rules.limit(offset || skip), 0),
    };
    errors.throwFirst();
    return filterIn;
  }

  /**
   * A where in the language of this connector, for a statement of that kind. Fails
   * as the database does.
   */
  whereIn(where: unknown, statement: string): Where {
    const errors = new StatementErrors(this.database);
    const own = this.readWhere(where, readingOf(statement, errors));
    errors.throwFirst();
    return own;
  }

  /**
   * The same behind so many parameters of a statement: what is wrong with it is
   * noted beside what is wrong with these.
   */
  whereBehind(
    where: unknown,
    statement: string,
    {errors, parameters}: Pick<Reading, 'errors' | 'parameters'>,
  ): Where {
    return this.readWhere(where, readingOf(statement, errors, parameters));
  }

  /** Whether there are conditions in a where, be they right or wrong. */
  hasConditions(where: unknown): boolean {
    const reading = readingOf('update', new StatementErrors(this.database));
    try {
      return this.conditionsIn(where, reading) !== undefined;
    } catch {
      return true;
    }
  }

  private readWhere(where: unknown, reading: Reading): Where {
    const own = this.conditionsIn(where, reading) ?? {};
    reading.errors.attempt(
      () => this.database.filter.parameters?.(reading.parameters),
      undefined,
    );
    return own;
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
    return parts.length <= 1 ? parts[0] : this.joinedIn(parts, reading);
  }

  /** Several conditions of one object, of which some may be groups. */
  private joinedIn(parts: readonly Where[], {statement}: Reading): Where {
    const groups: Where[][] = [[]];
    const {filter} = this.database;
    for (const part of parts) {
      const [first, ...rest] = filter.orIsGrouped ? [part] : branchesOf(part);
      groups.at(-1)!.push(first!);
      for (const branch of rest) groups.push([branch]);
    }
    if (groups.length === 1) return joined(parts);
    const {model} = this.table;
    this.meet(model, {
      what:
        `${this.said} writes "or" without parentheses beside other ` +
        `conditions: ${statement} is of rows of ${model} that meet one of its ` +
        'branches, whatever the other conditions say',
      instead: 'Write and: [...] with the "or" as one of its clauses',
    });
    return {or: groups.map(joined)};
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
    const parameter = reading.parameters + 1;
    if (column !== undefined) {
      const part = errors.attempt(
        () => partOf(key, this.expressionIn(value, column, parameter)),
        never,
      );
      reading.parameters += parametersOf(value) * (column.parameters ?? 1);
      return part;
    }
    const [first = ''] = key.split('.');
    const nesting = key.includes('.') ? byProperty.get(first) : undefined;
    const nested =
      nesting &&
      errors.attempt(() => this.nestedIn(key, value, nesting, parameter), {
        kind: 'never',
      } as const);
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

  private nestedIn(
    path: string,
    expression: unknown,
    column: Column,
    parameter: number,
  ): ConditionIn | undefined {
    this.requireThere(column, 'where');
    const {filter} = this.database;
    return filter.nested(path, expression, column, parameter);
  }

  private expressionIn(
    expression: unknown,
    column: Column,
    parameter: number,
  ): ConditionIn {
    this.requireThere(column, 'where');
    const {filter} = this.database;
    if (this.isAbsent(column)) {
      this.meetAbsent(column);
      const asked = this.operatorIn(expression, column);
      return filter.absent!(asked, column, parameter);
    }
    if (expression === null || expression === undefined) {
      return {kind: 'operand', operand: null};
    }
    if (expression.constructor === Object) {
      const {operand, operator} = this.operatorIn(expression, column);
      return filter.condition(operator!, operand, column, parameter);
    }
    if (filter.equal) return filter.equal(expression, column);
    const operand = column.operand(expression, 'equal');
    return operand === null ? {kind: 'never'} : {kind: 'operand', operand};
  }

  /** The operator that counts; none where a value stands in its place. */
  private operatorIn(expression: unknown, column: Column): Asked {
    if (isNull(expression) || expression.constructor !== Object) {
      return {operator: undefined, operand: expression};
    }
    const operators = Object.keys(expression);
    const [operator = ''] = operators;
    if (operators.length > 1) this.meetSeveral(operators, column);
    return {operator, operand: (expression as Where)[operator]};
  }

  private meetAbsent({name}: Column): void {
    const {model, name: table} = this.table;
    this.meet(model, {
      what:
        `The table ${table} has no column ${name}, and so its name is taken for ` +
        `a text: the condition compares "${name}", whatever rows there are`,
      instead: 'Migrate the model',
    });
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
  private orderIn(
    order: unknown,
    where: Where,
    next: string | undefined,
  ): KeyedOrder | undefined {
    const {ids, rowId} = this.table;
    const keys = order
      ? this.orderKeys(order, where, next)
      : ids.flatMap(id => this.keyOf(id, 1, where) ?? []);
    // Rows that are alike come as they were inserted.
    if (rowId !== undefined && keys.every(({path}) => path !== rowId)) {
      keys.push({path: rowId, direction: 1});
    }
    return keys.length === 0 ? undefined : new KeyedOrder(keys);
  }

  private orderKeys(
    order: unknown,
    where: Where,
    next: string | undefined,
  ): OrderKey[] {
    const list = (typeof order === 'string' ? [order] : order) as unknown[];
    const {filter: rules} = this.database;
    if (list.length === 0) throw rules.malformedOrder(next, this.table);
    const keys: OrderKey[] = [];
    for (const each of list) {
      const [name = '', direction = 'ASC'] = String(each).split(/[\s,]+/);
      const upper = direction.toUpperCase();
      if (upper !== 'ASC' && upper !== 'DESC') {
        throw rules.malformedOrder(direction, this.table);
      }
      const way = upper === 'ASC' ? 1 : -1;
      const column = this.table.byProperty.get(name);
      const key =
        column === undefined
          ? this.nestedKeyOf(name, way)
          : this.keyOf(column, way, where);
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  private keyOf(
    column: Column,
    direction: 1 | -1,
    where: Where,
  ): OrderKey | undefined {
    this.requireThere(column, 'order');
    // It is the same in each row.
    if (this.isAbsent(column)) return undefined;
    const mayBeNull =
      column.isNullable && !column.isId && !excludesNull(where, column);
    const by = this.database.filter.order(column, mayBeNull);
    const path = column.property;
    return by === undefined ? {path, direction} : {path, direction, by};
  }

  private nestedKeyOf(name: string, direction: 1 | -1): OrderKey | undefined {
    const {byProperty} = this.table;
    const {filter: rules} = this.database;
    const [path = ''] = name.split('.');
    const column = name.includes('.') ? byProperty.get(path) : undefined;
    const by = column && rules.nestedOrder(name, column);
    if (column !== undefined && by !== undefined) {
      this.requireThere(column, 'order');
      return {path, direction, by};
    }
    const error = rules.unknownOrder(name, this.table);
    if (error !== undefined) throw error;
    return undefined;
  }

  /** Fails as the database does where a column is selected that it has not. */
  requireSelected(fields?: unknown): void {
    const {absent, byProperty} = this.table;
    if (absent.size === 0) return;
    const names = this.fieldsIn(fields) ?? [...byProperty.keys()];
    const name = names.find(each => absent.has(each));
    if (name !== undefined) {
      this.requireThere(byProperty.get(name)!, 'select');
    }
  }

  private isAbsent({property}: Column): boolean {
    return this.table.absent.has(property);
  }

  private requireThere(column: Column, where: ReadIn): void {
    if (!this.isAbsent(column) || this.database.filter.absent) return;
    const {name: table} = this.table;
    throw this.database.ddl!.errors.noColumnToRead(column.name, table, where);
  }

  /** The names wanted; undefined for all. */
  private fieldsIn(fields: unknown): string[] | undefined {
    const {byProperty} = this.table;
    const names = [...byProperty.keys()];
    if (Array.isArray(fields) && fields.length > 0) {
      return fields.filter((name: string) => byProperty.has(name));
    }
    if (typeof fields !== 'object') return undefined;
    // The connector asks null for its keys, and fails as JavaScript does.
    const wanted = fields as Record<string, unknown>;
    if (Object.keys(wanted).length === 0) return undefined;
    const included = names.filter(name => wanted[name]);
    if (included.length > 0) return included;
    return names.filter(name => !(name in wanted));
  }
}
