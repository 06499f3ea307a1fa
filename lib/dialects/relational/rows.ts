import {type Row, setOwn} from '../../value/copy';
import type {Column, EmulatedDatabase, EmulatedTable} from '../dialect';
import type {StatementErrors} from './statement-errors';

type RowCopy = Record<string, unknown>;

/**
 * Rows of a table of a SQL database: each has all columns. Values are turned into
 * what is stored as by LoopBack's connector, its driver and the database, and
 * back. From loopback-connector's sql.js: `_buildFieldsForKeys`, `fromRow`.
 */
export class RelationalRows {
  /** The columns of which what is read is not what is stored. */
  private readonly converted: readonly Column[];

  constructor(
    private readonly table: EmulatedTable,
    private readonly database: EmulatedDatabase,
  ) {
    this.converted = table.columns.filter(({read}) => read !== undefined);
  }

  /**
   * A row to insert, made of the values that the statement names. Fails with what
   * must not be null; `generate` takes the next number of a column's sequence.
   */
  rowIn(values: Row, generate: (column: Column) => unknown): Row {
    const row: RowCopy = {...values};
    for (const column of this.table.columns) {
      if (!Object.hasOwn(row, column.property)) {
        this.addDefault(column, row, generate);
      }
    }
    if (this.table.columns.some(column => isMissing(column, row))) {
      throw this.insertionOfNull(row, generate);
    }
    return this.inOrder(row);
  }

  /** What the database gives a column that is not named; ids are left to later. */
  private addDefault(
    column: Column,
    row: RowCopy,
    generate: (column: Column) => unknown,
  ): void {
    const {defaultValue, isGenerated, isId, property} = column;
    const isCounted = isGenerated && defaultValue === undefined;
    if (isCounted && isId) return;
    const value = isCounted ? generate(column) : defaultValue?.();
    setOwn(row, property, value ?? null);
  }

  /**
   * The columns that an insertion names, with their values. `names` are those of
   * a statement of several rows: what a row has not of them is null, without them
   * it is left to the database.
   */
  valuesIn(
    given: object,
    names: readonly string[] | undefined,
    errors: StatementErrors,
  ): Row {
    const row: RowCopy = {};
    for (const name of names ?? Object.keys(given)) {
      const column = this.columnToSet(name);
      if (column === undefined) continue;
      const value = (given as Row)[name] ?? null;
      if (value === null && column.isDefaultForNull) continue;
      setOwn(row, name, written(column, value, errors));
    }
    return row;
  }

  /** As the columns are declared, so that all rows have one shape. */
  private inOrder(row: Row): RowCopy {
    const ordered: RowCopy = {};
    for (const {property} of this.table.columns) {
      if (Object.hasOwn(row, property))
        setOwn(ordered, property, row[property]);
    }
    return ordered;
  }

  private insertionOfNull(
    row: RowCopy,
    generate: (column: Column) => unknown,
  ): Error {
    for (const column of this.table.columns) {
      if (!column.isGenerated || Object.hasOwn(row, column.property)) continue;
      setOwn(row, column.property, generate(column));
    }
    const column = this.table.columns.find(each => isMissing(each, row))!;
    return this.notNull(column, row, false);
  }

  /** The error of a null in a column of a row. */
  notNull(column: Column, row: Row, isUpdate: boolean): Error {
    return this.database.writes.notNull(column, this.table, row, isUpdate);
  }

  /** What an update sets; never ids. */
  patchIn(given: object, errors: StatementErrors): RowCopy {
    const patch: RowCopy = {};
    for (const name of Object.keys(given)) {
      const column = this.columnToSet(name);
      if (column === undefined || column.isId) continue;
      const value = (given as Row)[name] ?? null;
      setOwn(patch, name, written(column, value, errors));
    }
    return patch;
  }

  /** What a replacement sets: all columns, null where it says nothing. */
  replacementIn(given: object, errors: StatementErrors): RowCopy {
    const patch: RowCopy = {};
    for (const column of this.table.columns) {
      if (column.isId) continue;
      const {property} = column;
      const value = (given as Row)[property] ?? null;
      setOwn(patch, property, written(column, value, errors));
    }
    return patch;
  }

  /** The first column of a patch that must not be null and is. */
  nullIn(patch: Row): Column | undefined {
    return this.table.columns.find(
      ({isNullable, property}) => !isNullable && patch[property] === null,
    );
  }

  private columnToSet(name: string): Column | undefined {
    return this.table.byProperty.get(name);
  }

  /** What makes rows that were found what is read; undefined where nothing has to. */
  reader(
    fields: readonly string[] | undefined,
  ): ((row: RowCopy) => RowCopy) | undefined {
    if (fields === undefined) return row => this.rowOut(row);
    return row => this.rowOut(row, fields);
  }

  /** A row as it is read, made of a copy of what is stored. */
  rowOut(row: RowCopy, fields?: readonly string[]): RowCopy {
    for (const {property, read} of this.converted) {
      const stored = row[property] ?? null;
      if (stored !== null) setOwn(row, property, read!(stored));
    }
    const {columns} = this.table;
    for (const {property} of columns) {
      if (row[property] !== undefined) continue;
      if (fields === undefined || fields.includes(property)) {
        setOwn(row, property, null);
      }
    }
    return row;
  }

  /** What was given, with the ids of the row that was made of it. */
  withIds(given: object, row: Row): RowCopy {
    const copy: RowCopy = {...given};
    for (const {property} of this.table.ids) {
      setOwn(copy, property, row[property]);
    }
    return copy;
  }
}

/** Whether a column has null that must not; a generated id may be yet to come. */
function isMissing({isNullable, property}: Column, row: Row): boolean {
  return !isNullable && row[property] === null;
}

/** What is stored of a value; what it is refused with is noted. */
function written(
  column: Column,
  value: unknown,
  errors: StatementErrors,
): unknown {
  return value === null
    ? null
    : errors.attempt(() => column.write(value), null);
}
