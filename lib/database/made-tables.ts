import {InMemoryError} from '../base/errors';
import type {RecoveredTable} from '../persistence/recovered-table';
import {diff} from '../schema/diff';
import type {TableSchema} from '../schema/schema';
import {apply, type Change, type Version} from '../store/version';
import type {Head} from '../transaction/head';
import type {Transactions} from '../transaction/transactions';
import {recoveredRows} from './file-rows';
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
  readonly transactions: Transactions;
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
    const made = madeTables(recovered);
    if (made.length === 0) return;
    newest.moveTo(withMadeTables(newest.current, made));
    for (const {name, nextSequence} of made) {
      if (nextSequence > 1) sequences.set(name, nextSequence);
      recovered.delete(name);
    }
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

/** Those of the files that migrations have made. */
function madeTables(
  recovered: ReadonlyMap<string, RecoveredTable>,
): readonly MadeTable[] {
  return [...recovered.values()].filter(
    (table): table is MadeTable => table.schema?.native !== undefined,
  );
}

/** A version with tables of files, as migrations have left them. */
function withMadeTables(
  version: Version,
  tables: readonly MadeTable[],
): Version {
  let next = version;
  for (const recovered of tables) {
    const {name: table, schema} = recovered;
    const [create, ...indexes] = diff(undefined, schema);
    const keep = {kind: 'keep', schema} as const;
    next = apply(next, [{kind: 'schema', table, steps: [create!, keep]}]);
    next = apply(next, [
      ...recoveredRows(next, recovered),
      {kind: 'schema', table, steps: indexes},
    ]);
  }
  return next;
}
