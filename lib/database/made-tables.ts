import {InMemoryError} from '../base/errors';
import type {RecoveredTable} from '../persistence/recovered-table';
import {diff} from '../schema/diff';
import {holdingNow} from '../schema/foreign-keys';
import type {TableSchema} from '../schema/schema';
import {apply, type Change, type Version} from '../store/version';
import type {Head} from '../transaction/head';
import type {LazyTransactions} from '../transaction/lazy-transactions';
import {setOwn} from '../value/copy';
import {type MendRow, recoveredRows} from './file-rows';
import {ForeignRows} from './foreign-rows';
import type {MigrationHints} from './row-conversion';
import type {Sequences} from './writer';

/*
 * Tables of a database whose dialect says that they are what migrations make of
 * them: no declaration changes them.
 */

/** One step of a change of tables. */
export interface SchemaStep {
  changes(version: Version): readonly Change[];
  /** The error for one of ours that the changes have failed with. */
  failed(version: Version, error: InMemoryError): Error;
}

/** What tables are declared in. */
export interface Declaring {
  readonly newest: Head;
  readonly transactions: LazyTransactions;
  readonly sequences: Sequences;
}

/** The tables that are what migrations make of them. */
export class MadeTables {
  constructor(private readonly database: Declaring) {}

  /** Whether all tables are. */
  get isAll(): boolean {
    return this.database.newest.current.dialect.tablesAre === 'migrated';
  }

  /** Takes such tables out of those of files, which need them no more. */
  take(recovered: Map<string, RecoveredTable>): void {
    const {newest, sequences} = this.database;
    const {migratedBy} = newest.current.dialect;
    if (migratedBy === undefined) return;
    const made = madeTables(recovered, migratedBy);
    if (made.length === 0) return;
    newest.moveTo(withMadeTables(newest.current, made));
    for (const {name, nextSequence} of made) {
      if (nextSequence > 1) sequences.set(name, nextSequence);
      recovered.delete(name);
    }
  }

  /**
   * Takes a table of files that no migration has made as it is declared. Fails with
   * MIGRATION_REFUSED where the columns cannot hold its rows, or the rows are in
   * the way of an index.
   */
  adopt(
    recovered: RecoveredTable,
    declared: TableSchema,
    {fit, unnamed}: MigrationHints,
  ): void {
    const {newest, sequences} = this.database;
    const {name: table, nextSequence} = recovered;
    const {current} = newest;
    const schema = holdingNow(
      declared,
      name => current.tables.get(name)?.schema,
    );
    const foreign = ForeignRows.of(recovered, schema, fit);
    const mend = renaming(recovered, unnamed?.columns ?? {});
    const source = {...rowsOf(recovered), name: table, schema: undefined};
    newest.moveTo(withTable(current, {schema, source}, mend, foreign));
    if (nextSequence > 1) sequences.set(table, nextSequence);
  }

  /** Changes tables, all or nothing. Returns those that were dropped. */
  change(steps: readonly SchemaStep[]): readonly string[] {
    const {newest, sequences} = this.database;
    const {changes, version} = stepped(newest.current, steps);
    if (changes.length === 0) return [];
    newest.commit(version, changes);
    const failure = newest.settle();
    if (failure !== undefined) throw failure;
    const dropped = changes.filter(({kind}) => kind === 'drop');
    for (const {table} of dropped) sequences.delete(table);
    return dropped.map(({table}) => table);
  }
}

/** The version after some steps, and all of their changes. */
function stepped(
  version: Version,
  steps: readonly SchemaStep[],
): {readonly version: Version; readonly changes: readonly Change[]} {
  const all: Change[] = [];
  let current = version;
  for (const step of steps) {
    const changes = step.changes(current);
    try {
      current = apply(current, changes);
    } catch (error) {
      const isOurs = error instanceof InMemoryError;
      throw isOurs ? step.failed(current, error) : error;
    }
    all.push(...changes);
  }
  return {version: current, changes: all};
}

/** A table of files that a migration has made. */
type MadeTable = RecoveredTable & {readonly schema: TableSchema};

/** Those of the files that migrations of a database have made. */
function madeTables(
  recovered: ReadonlyMap<string, RecoveredTable>,
  database: string,
): readonly MadeTable[] {
  return [...recovered.values()].filter((table): table is MadeTable => {
    const native = table.schema?.native;
    return (
      native?.database === database &&
      Object.entries(native.columns).every(([key, {name}]) => key === name)
    );
  });
}

/** A version with tables of files, as migrations have left them. */
function withMadeTables(
  version: Version,
  tables: readonly MadeTable[],
): Version {
  return tables.reduce(
    (next, table) => withTable(next, {schema: table.schema, source: table}),
    version,
  );
}

function withTable(
  version: Version,
  {schema, source}: {readonly schema: TableSchema; readonly source: Source},
  mend?: MendRow,
  foreign?: ForeignRows,
): Version {
  const {name: table} = source;
  const [create, ...indexes] = diff(undefined, schema);
  const keep = {kind: 'keep', schema} as const;
  const empty = apply(version, [
    {kind: 'schema', table, steps: [create!, keep]},
  ]);
  return apply(empty, [
    ...recoveredRows(empty, source, mend, foreign),
    {kind: 'schema', table, steps: indexes},
  ]);
}

type Source = Pick<RecoveredTable, 'forEach' | 'name' | 'schema'>;

function rowsOf(recovered: RecoveredTable): Pick<RecoveredTable, 'forEach'> {
  return {forEach: (visit, cast) => recovered.forEach(visit, cast)};
}

/** Gives columns their names of the database, which rows have under others. */
function renaming(
  {schema}: RecoveredTable,
  unnamed: Readonly<Record<string, string>>,
): MendRow {
  const native = Object.entries(schema?.native?.columns ?? {});
  const names = new Map([
    ...Object.entries(unnamed),
    ...native.map(([key, {name}]) => [key, name] as const),
  ]);
  return row => {
    for (const [key, name] of names) {
      if (key === name || !Object.hasOwn(row, key)) continue;
      setOwn(row, name, row[key]);
      delete row[key];
    }
  };
}
