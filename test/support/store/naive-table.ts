import type {ColumnLimits} from '../../../lib/schema/rules';
import type {IndexDefinition, TableSchema} from '../../../lib/schema/schema';
import type {RowChange} from '../../../lib/store/table';
import {compareValues} from '../../../lib/value/compare';
import type {Row} from '../../../lib/value/copy';
import {cellOf, toPoint} from '../../../lib/value/geo';
import type {Entry} from './example';

/** A row and the id under which it is stored. */
interface Stored {
  readonly id: unknown;
  readonly row: Row;
}

/** The code of the error with which a statement must fail. */
export type Violation =
  'DUPLICATE_KEY' | 'NOT_NULL_VIOLATION' | 'VALUE_OUT_OF_RANGE';

/**
 * A table's twin: an array of rows by id, in which everything is looked up and
 * checked from the start. Immutable: a change gives another one.
 */
export class NaiveTable {
  private constructor(
    readonly schema: TableSchema,
    readonly stored: readonly Stored[],
  ) {}

  static create(schema: TableSchema): NaiveTable {
    return new NaiveTable(schema, []);
  }

  get rows(): Row[] {
    return this.stored.map(({row}) => row);
  }

  /** The table after a statement, or how the statement must fail. */
  change(
    changes: readonly RowChange[],
    hiddenIdOf: (row: Row) => unknown,
  ): NaiveTable | Violation {
    const violation = changes
      .map(
        change => change.kind !== 'delete' && broken(change.row, this.schema),
      )
      .find(each => each !== false && each !== undefined);
    if (violation) return violation;
    const stored: Stored[] = [];
    for (const old of this.stored) {
      const change = changes.find(
        each => each.kind !== 'insert' && compareValues(each.id, old.id) === 0,
      );
      if (change?.kind === 'update') {
        stored.push(this.under(change.row, hiddenIdOf));
      } else if (change === undefined) stored.push(old);
    }
    for (const change of changes) {
      if (change.kind === 'insert') {
        stored.push(this.under(change.row, hiddenIdOf));
      }
    }
    return this.checked(this.schema, stored);
  }

  /** The table without rows. */
  truncate(): NaiveTable {
    return new NaiveTable(this.schema, []);
  }

  /** The table under another schema, or why it cannot have that. */
  declare(schema: TableSchema): NaiveTable | Violation {
    const violation = this.rows.map(row => broken(row, schema)).find(Boolean);
    if (violation !== undefined) return violation;
    const {primaryKey} = schema;
    if (primaryKey.join() === this.schema.primaryKey.join()) {
      return this.checked(schema, this.stored);
    }
    const hasIds = this.rows.every(row =>
      primaryKey.every(name => row[name] !== undefined && row[name] !== null),
    );
    if (!hasIds) return 'NOT_NULL_VIOLATION';
    // Without ids rows keep those that are numbers, or are counted.
    const former = this.stored.map(({id}) => String(id));
    const areNumbers =
      former.every(text => /^[1-9]\d*$/.test(text)) &&
      new Set(former).size === former.length;
    const stored = this.rows.map((row, i) => ({
      row,
      id: idOf(row, primaryKey) ?? (areNumbers ? Number(former[i]) : i + 1),
    }));
    return this.checked(schema, stored);
  }

  private under(row: Row, hiddenIdOf: (row: Row) => unknown): Stored {
    return {row, id: idOf(row, this.schema.primaryKey) ?? hiddenIdOf(row)};
  }

  private checked(
    schema: TableSchema,
    stored: readonly Stored[],
  ): NaiveTable | Violation {
    const ids = stored.map(({id}) => id);
    const rows = stored.map(({row}) => row);
    if (repeatsKey(schema, rows, ids)) return 'DUPLICATE_KEY';
    return new NaiveTable(
      schema,
      stored.toSorted((a, b) => compareValues(a.id, b.id)),
    );
  }

  /** What an index must have: keys in its order, then ids. */
  entries(index: IndexDefinition): Entry[] {
    const isSingle = index.keys.length === 1;
    const entries = this.stored.map(
      ({row, id}) => [keyOf(row, index), id] as const,
    );
    entries.sort(([a, idOfA], [b, idOfB]) => {
      const differences = a.map((value, i) => {
        // An index on one property is kept ascending and read either way.
        const direction = isSingle ? 1 : index.keys[i]!.direction;
        return compareValues(value, b[i]) * direction;
      });
      return differences.find(d => d !== 0) ?? compareValues(idOfA, idOfB);
    });
    return entries.map(([key, id]) => [isSingle ? key[0] : key, id]);
  }

  /** How many rows have an array under one of the index's paths. */
  multiValuedRows(index: IndexDefinition): number {
    if (index.kind === 'geo') return 0;
    return this.rows.filter(row =>
      index.keys.some(({path}) => meets(row, path.split('.'))),
    ).length;
  }

  /** How many rows have a value in an index, or an id, of more than one form. */
  inexactRows(index: IndexDefinition): number {
    if (index.kind === 'geo') return 0;
    const {primaryKey} = this.schema;
    return this.rows.filter(row =>
      [
        ...index.keys.map(({path}) => at(row, path.split('.'))),
        ...primaryKey.map(name => row[name]),
      ].some(hasOtherForms),
    ).length;
  }
}

function hasOtherForms(value: unknown): boolean {
  const isPlain =
    value === null ||
    value === undefined ||
    ['string', 'boolean'].includes(typeof value) ||
    (value instanceof Date && !Number.isNaN(value.getTime())) ||
    (typeof value === 'number' && Object.is(value + 0, value));
  return !isPlain || Number.isNaN(value);
}

/** The first rule that a row breaks; of limits only some are known here. */
export function broken(row: Row, schema: TableSchema): Violation | undefined {
  const {notNull, limits} = schema;
  for (const name of new Set([...notNull, ...Object.keys(limits)])) {
    const value = row[name] ?? null;
    if (value === null && notNull.includes(name)) return 'NOT_NULL_VIOLATION';
    if (value !== null && isBeyond(value, limits[name] ?? {})) {
      return 'VALUE_OUT_OF_RANGE';
    }
  }
  return undefined;
}

function isBeyond(
  value: unknown,
  {minimum = -Infinity, maximum = Infinity, ...limits}: ColumnLimits,
): boolean {
  return typeof value === 'number'
    ? value < minimum || value > maximum
    : String(value).length > (limits.maxLength ?? Infinity) ||
        limits.enum?.includes(value) === false;
}

/** Whether rows repeat an id or a unique key. */
export function repeatsKey(
  {primaryKey, indexes}: TableSchema,
  rows: readonly Row[],
  ids: readonly unknown[] = rows.map(row => idOf(row, primaryKey)),
): boolean {
  const keys = indexes
    .filter(index => index.isUnique)
    .map(index =>
      rows.map(row => keyOf(row, index)).filter(key => !key.includes(null)),
    );
  return [ids, ...keys].some(repeats);
}

function idOf(row: Row, primaryKey: readonly string[]): unknown {
  const ids = primaryKey.map(name => row[name]);
  return ids.length > 1 ? ids : ids[0];
}

function keyOf(row: Row, index: IndexDefinition): unknown[] {
  const values = index.keys.map(({path}) => at(row, path.split('.')) ?? null);
  if (index.kind === 'ordered') return values;
  const point = toPoint(values[0]);
  return [point === undefined ? null : cellOf(point)];
}

/** The value at a path of names: none of these tests picks an element. */
function at(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return undefined;
  return at((value as Record<string, unknown>)[name], rest);
}

function meets(value: unknown, path: readonly string[]): boolean {
  if (Array.isArray(value)) return true;
  const [name, ...rest] = path;
  return name !== undefined && meets(at(value, [name]), rest);
}

function repeats(keys: readonly unknown[]): boolean {
  const sorted = keys.toSorted(compareValues);
  return sorted.some(
    (key, i) => i > 0 && compareValues(sorted[i - 1], key) === 0,
  );
}
