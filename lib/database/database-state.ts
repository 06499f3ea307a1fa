import {isDeepStrictEqual} from 'node:util';
import {InMemoryError} from '../base/errors';
import {areSameKept} from '../schema/kept';
import type {TableSchema} from '../schema/schema';
import {diff} from '../schema/diff';
import type {RowChange, Table} from '../store/table';
import {forEachDifference} from '../store/tree/differences';
import {apply, type Change, type Version} from '../store/version';
import type {Row} from '../value/copy';
import type {DeclaredState, DeclaredTables} from './declared-tables';
import type {Declaring} from './made-tables';

/**
 * All that a database holds at a moment, to be gone back to: rows, indexes and
 * schemas, which are shared with the newest version, and the next generated ids.
 */
export interface DatabaseState {
  readonly version: Version;
  readonly sequences: ReadonlyMap<string, number>;
  readonly declared: DeclaredState;
}

/** The same without rows; generated ids begin at 1 again. O(tables). */
export function withoutRows(state: DatabaseState): DatabaseState {
  const changes: Change[] = [];
  state.version.tables.forEach(({schema}) => {
    changes.push({kind: 'truncate', table: schema.name, restartsIds: true});
  });
  return {
    ...state,
    version: apply(state.version, changes),
    sequences: new Map(),
  };
}

/** Whether two versions have the same tables, declared and kept alike. O(tables). */
export function haveSameSchemas(a: Version, b: Version): boolean {
  const schemasOf = ({tables}: Version): unknown[] => {
    const schemas: unknown[] = [];
    tables.forEach(({kept, schema}) => void schemas.push([schema, kept]));
    return schemas;
  };
  return isDeepStrictEqual(schemasOf(a), schemasOf(b));
}

/** What a database is made of. */
export interface Parts extends Declaring {
  readonly declared: DeclaredTables;
}

/** What a database holds now, without what is not committed. O(tables). */
export function stateOf({declared, newest, sequences}: Parts): DatabaseState {
  return {
    version: newest.keep(),
    sequences: new Map(sequences),
    declared: declared.state,
  };
}

/**
 * Makes a state what a database holds, as one commit, for who holds the write
 * mutex. When that fails nothing has changed.
 */
export function restoreState(parts: Parts, state: DatabaseState): void {
  const {declared, newest, sequences, transactions} = parts;
  const before = stateOf(parts);
  newest.moveTo(state.version);
  refill(sequences, state.sequences);
  declared.restore(state.declared);
  const version = newest.keep();
  newest.moveTo(before.version);
  const changes = newest.isLogged
    ? changesBetween(before, {version, sequences})
    : [];
  try {
    newest.commit(version, changes);
    const failure = newest.settle();
    if (failure !== undefined) throw failure;
  } catch (error) {
    refill(sequences, before.sequences);
    declared.restore(before.declared);
    throw error;
  } finally {
    // Nobody else may use up what a state holds.
    newest.keep();
  }
  transactions.known?.abortAll(restored);
}

function restored(): InMemoryError {
  return new InMemoryError(
    'TRANSACTION_ABORTED',
    'The datasource was restored to another state, with all that is in it: ' +
      'await statements, and end transactions, before that.',
  );
}

function refill<K, V>(map: Map<K, V>, from: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}

/**
 * The changes that lead from a version to another one, for who writes down what
 * happens. Of tables that are the same to those who wrote their rows, these are the
 * rows that differ; others are written anew. O(rows that differ x log n).
 */
export function changesBetween(
  before: Moment,
  after: Moment,
): readonly Change[] {
  const changes: Change[] = [];
  after.version.tables.forEach(table => {
    const former = before.version.tables.get(table.schema.name);
    if (former !== undefined && mayShareRows(former, table)) {
      changes.push(...changesOfRows(former, table));
    } else changes.push(...madeAnew(former, table));
    const next = nextIdOf(table, after);
    if (former === undefined || next !== nextIdOf(former, before)) {
      changes.push({kind: 'sequence', table: table.schema.name, next});
    }
  });
  before.version.tables.forEach(({schema: {name}}) => {
    if (after.version.tables.has(name)) return;
    changes.push({kind: 'drop', table: name});
  });
  return changes;
}

/** A version and the next ids outside of it. */
export interface Moment {
  readonly version: Version;
  readonly sequences: ReadonlyMap<string, number>;
}

function nextIdOf(
  {nextSequence, schema}: Table,
  {sequences}: {readonly sequences: ReadonlyMap<string, number>},
): number {
  return Math.max(nextSequence, sequences.get(schema.name) ?? 1);
}

function mayShareRows(before: Table, after: Table): boolean {
  return (
    String(before.schema.primaryKey) === String(after.schema.primaryKey) &&
    isSameKept(before.kept, after.kept)
  );
}

function isSameKept(
  before: TableSchema | undefined,
  after: TableSchema | undefined,
): boolean {
  if (before === after) return true;
  if (before === undefined || after === undefined) return false;
  return areSameKept(before, after);
}

function changesOfRows(before: Table, after: Table): Change[] {
  const changes: RowChange[] = [];
  forEachDifference(before.rows, after.rows, (id, old, row) => {
    if (row === undefined) changes.push({kind: 'delete', id});
    else if (old === undefined) changes.push({kind: 'insert', row});
    else changes.push({kind: 'update', id, row});
  });
  const table = after.schema.name;
  return changes.length === 0 ? [] : [{kind: 'rows', table, changes}];
}

function madeAnew(before: Table | undefined, after: Table): Change[] {
  const {kept, schema} = after;
  const table = schema.name;
  const rows: Row[] = [];
  after.rows.forEach(row => void rows.push(row));
  const [create] = diff(undefined, schema);
  const keep = kept && ({kind: 'keep', schema: kept} as const);
  return [
    ...(before === undefined
      ? []
      : [{kind: 'truncate', table, restartsIds: true} as const]),
    {kind: 'schema', table, steps: [create!, ...(keep ? [keep] : [])]},
    ...(rows.length === 0
      ? []
      : [
          {
            kind: 'rows',
            table,
            changes: rows.map(row => ({kind: 'insert', row}) as const),
          } as const,
        ]),
  ];
}
