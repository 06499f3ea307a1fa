import {type Row, setOwn} from '../../value/copy';
import type {
  Column,
  EmulatedTable,
  NextIds,
  RelationalDatabase,
  TableRows,
  WriteUse,
} from '../dialect';
import type {Hazard, MeetHazard} from '../hazards';
import {isNull} from './conditions';
import {StatementErrors} from './statement-errors';

type RowCopy = Record<string, unknown>;

/**
 * Rows of a table of a SQL database: each has all columns. Values are turned into
 * what is stored as by LoopBack's connector, its driver and the database, and
 * back. From loopback-connector's sql.js: `_buildFieldsForKeys`, `fromRow`.
 */
export class RelationalRows implements TableRows {
  /** The columns of which what is read is not what is stored. */
  private readonly converted: readonly Column[];
  private readonly shown: readonly Column[];
  /** The property of the number of a row, where that is no id. */
  private readonly hiddenId: string | undefined;

  constructor(
    private readonly table: EmulatedTable,
    private readonly database: RelationalDatabase,
    private readonly meet: MeetHazard,
  ) {
    this.shown = table.columns.filter(
      ({property}) => !table.unknown.includes(property),
    );
    this.converted = this.shown.filter(({read}) => read !== undefined);
    const {byProperty, rowId} = table;
    if (rowId !== undefined && !byProperty.has(rowId)) this.hiddenId = rowId;
  }

  rowOf(given: object, next: NextIds): Row {
    const errors = new StatementErrors(this.database);
    const values = this.valuesIn(given, undefined, errors);
    errors.throwFirst();
    return this.rowIn(values, next);
  }

  /**
   * A row to insert, made of the values that the statement names. Fails with what
   * must not be null.
   */
  rowIn(values: Row, next: NextIds): Row {
    const row: RowCopy = {...values};
    const {columns, rowId} = this.table;
    if (rowId !== undefined && isNull(row[rowId])) {
      setOwn(row, rowId, next.rowId!());
    }
    for (const column of columns) {
      if (!Object.hasOwn(row, column.property)) {
        this.addDefault(column, row, next.generated);
      }
    }
    if (columns.some(column => isMissing(column, row))) {
      throw this.insertionOfNull(row, next.generated);
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
    const named = names ?? Object.keys(given);
    const row: RowCopy = {};
    errors.attempt(() => this.requireThere(named, 'insert'), undefined);
    for (const name of named) {
      const column = this.columnToSet(name);
      if (column === undefined) continue;
      const value = (given as Row)[name];
      const stored = errors.attempt(
        () => this.storedIn(value, column, 'insert'),
        undefined,
      );
      if (stored === undefined) continue;
      if (stored === null && column.isDefaultForNull) continue;
      if (column.asksForNext?.(stored)) continue;
      setOwn(row, name, stored);
    }
    return row;
  }

  /** What is stored of a value; undefined where the statement leaves it out. */
  private storedIn(value: unknown, column: Column, use: WriteUse): unknown {
    if (value !== null && value !== undefined) {
      const stored = column.write(value, use);
      if (Number.isNaN(stored)) this.meet(this.table.model, notANumber(column));
      return stored;
    }
    const {sentForNull} = column;
    if (sentForNull === undefined || column.isId) return null;
    const sent = sentForNull(value);
    if (sent === undefined) return undefined;
    const stored = column.write(sent, use);
    const what = this.database.writes.nullBecomes?.(column, stored);
    if (what !== undefined) {
      this.meet(this.table.model, {what, instead: 'Write a value'});
    }
    return stored;
  }

  /** As the columns are declared, so that all rows have one shape. */
  private inOrder(row: Row): RowCopy {
    const ordered: RowCopy = {};
    for (const {property} of this.table.columns) {
      if (Object.hasOwn(row, property))
        setOwn(ordered, property, row[property]);
    }
    const {rowId} = this.table;
    if (rowId !== undefined) setOwn(ordered, rowId, row[rowId]);
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

  /** How many parameters an update has that sets these properties to what is given. */
  parametersOfSet(names: readonly string[], given: Row): number {
    let count = 0;
    for (const name of names) {
      const column = this.columnToSet(name);
      if (column === undefined || column.isId) continue;
      count += isNull(given[name]) ? 1 : (column.parameters ?? 1);
    }
    return count;
  }

  patchOf(given: object): RowCopy {
    const errors = new StatementErrors(this.database);
    const patch = this.patchIn(given, errors);
    errors.throwFirst();
    return patch;
  }

  /** What an update sets; never ids. */
  patchIn(given: object, errors: StatementErrors): RowCopy {
    const names = Object.keys(given);
    errors.attempt(() => this.requireThere(names, 'update'), undefined);
    const columns = names
      .map(name => this.columnToSet(name))
      .filter(column => column !== undefined);
    return this.setIn(columns, given as Row, errors);
  }

  /** What a replacement sets: all columns, null where it says nothing. */
  replacementIn(given: object, errors: StatementErrors): RowCopy {
    const {byProperty} = this.table;
    const names = [...byProperty.keys()];
    errors.attempt(() => this.requireThere(names, 'update'), undefined);
    return this.setIn(byProperty.values(), given as Row, errors);
  }

  private setIn(
    columns: Iterable<Column>,
    given: Row,
    errors: StatementErrors,
  ): RowCopy {
    const patch: RowCopy = {};
    for (const column of columns) {
      const {isId, property} = column;
      if (isId) continue;
      const stored = errors.attempt(
        () => this.storedIn(given[property], column, 'update'),
        undefined,
      );
      if (stored !== undefined) setOwn(patch, property, stored);
    }
    return patch;
  }

  /** The first column of a patch that must not be null and is. */
  nullIn(patch: Row): Column | undefined {
    return this.table.columns.find(
      ({isNullable, property}) => !isNullable && patch[property] === null,
    );
  }

  /** Fails as the database does where a column is written that it has not. */
  private requireThere(names: readonly string[], use: WriteUse): void {
    const {absent, byProperty} = this.table;
    if (absent.size === 0) return;
    const name = names.find(each => absent.has(each));
    if (name === undefined) return;
    const column = byProperty.get(name)!.name;
    throw this.database.ddl!.errors.noColumnOf(column, this.table.name, use);
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
    for (const name of this.table.unknown) delete row[name];
    for (const {property} of this.shown) {
      if (row[property] !== undefined) continue;
      if (fields === undefined || fields.includes(property)) {
        setOwn(row, property, null);
      }
    }
    if (this.hiddenId !== undefined) delete row[this.hiddenId];
    return row;
  }

  /** A row that was inserted, as the statement gives it, made of a copy. */
  insertedOut(row: RowCopy, given: object): RowCopy {
    const {database, hiddenId, table} = this;
    const number = hiddenId === undefined ? undefined : row[hiddenId];
    const out = this.rowOut(row);
    if (database.writes.givesGeneratedIdsAlone) {
      for (const {isGenerated, property} of table.ids) {
        if (!isGenerated) setOwn(out, property, (given as Row)[property]);
      }
    }
    // The connector takes the number of the row for its id.
    const [id] = table.ids;
    if (number !== undefined && id) setOwn(out, id.property, number);
    return out;
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

/** NaN is what LoopBack makes of a text that is no number. */
function notANumber({property}: Column): Hazard {
  return {
    what: `NaN would be stored in ${property}, which LoopBack makes of what is no number`,
    instead: 'Write a number',
  };
}
