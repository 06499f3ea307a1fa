import {eachInSlices, type Sliced} from '../base/slices';
import {referencedRows, type RowName} from '../store/foreign-keys';
import {type Index, isLimited} from '../store/index-tree';
import type {RowChange, Table} from '../store/table';
import type {Key} from '../store/tree/key-order';
import {findTable, type Version} from '../store/version';
import type {RowUse} from './lock-queue';
import type {RowsChange, Surroundings} from './surroundings';
import type {Place} from './transaction';

/** Thrown by an attempt that must wait at a place before it is tried again. */
export class Blocked {
  constructor(readonly place: Place) {}
}

/** Fails with {@link Blocked} if there is a place to wait at. */
export function waitIfAny(place: Place | undefined): void {
  if (place !== undefined) throw new Blocked(place);
}

/** Locks the rows that are written. Fails with {@link Blocked}. */
export function* lockRows(
  around: Surroundings,
  set: readonly RowsChange[],
): Sliced<void> {
  for (const {changes, table: name} of set) {
    const table = findTable(around.viewed, name)!;
    yield* eachInSlices(changes, each =>
      lockRow(around, table, idOf(each, table), useOf(each, table)),
    );
  }
}

/**
 * Locks the rows that are referred to from now on, which must stay, and returns
 * them. Fails with {@link Blocked}.
 */
export function* lockParents(
  around: Surroundings,
  successor: Version,
  all: readonly RowsChange[],
): Sliced<readonly RowName[]> {
  const rows = yield* referencedRows(successor, all);
  yield* eachInSlices(rows, ({table, id}) =>
    lockRow(around, findTable(successor, table)!, id, 'share'),
  );
  return rows;
}

function lockRow(
  {locks, transaction}: Surroundings,
  table: Table,
  id: Key,
  use: RowUse,
): void {
  waitIfAny(locks.waitForRow(transaction, table, id, use));
  locks.lockRow(transaction, table, id, use);
}

/**
 * Locks the unique keys that are new: others that want one of them must wait
 * until it is clear who has it. Fails with {@link Blocked}.
 */
export function* lockKeys(
  around: Surroundings,
  successor: Version,
  all: readonly RowsChange[],
): Sliced<void> {
  for (const set of all) yield* lockKeysOfTable(around, successor, set);
}

function* lockKeysOfTable(
  {locks, transaction}: Surroundings,
  successor: Version,
  set: RowsChange,
): Sliced<void> {
  // Its indexes may be newer than those of the snapshot.
  const table = findTable(successor, set.table)!;
  for (const index of table.indexes) {
    yield* keysOf(set, index, successor, (key, change) => {
      waitIfAny(locks.waitForKey(transaction, table, index, key));
      if (isKeyNew(index.keys, change, table)) {
        locks.lockKey(transaction, table, index, key);
      }
    });
  }
}

/** Calls for each key of a unique index that rows of a change set have. */
function* keysOf(
  set: RowsChange,
  {keys: {definition, keyOf}}: Index,
  {dialect}: Version,
  visit: (key: Key, change: Exclude<RowChange, {kind: 'delete'}>) => void,
): Sliced<void> {
  if (!definition.isUnique) return;
  yield* eachInSlices(set.changes, change => {
    if (change.kind === 'delete') return;
    const key = keyOf(change.row);
    if (isLimited(definition, key, dialect)) visit(key, change);
  });
}

/** Calls for each key of a unique index that is new in a table. */
export function newKeysOf(
  set: RowsChange,
  index: Index,
  {table, version}: {readonly table: Table; readonly version: Version},
  visit: (key: Key) => void,
): Sliced<void> {
  return keysOf(set, index, version, (key, change) => {
    if (isKeyNew(index.keys, change, table)) visit(key);
  });
}

/** The id of the row that a change is about. */
export function idOf(change: RowChange, table: Table): Key {
  return change.kind === 'insert' ? table.ids.keyOf(change.row) : change.id;
}

/** A change of an id or a unique key takes away what foreign keys may refer to. */
function useOf(change: RowChange, table: Table): RowUse {
  if (change.kind === 'delete') return 'remove';
  if (change.kind === 'insert') return 'change';
  if (movesId(change, table)) return 'remove';
  const movesKey = table.indexes.some(
    ({keys}) => keys.definition.isUnique && isKeyNew(keys, change, table),
  );
  return movesKey ? 'remove' : 'change';
}

/** Only what a foreign key does to its children changes an id. */
function movesId(
  {id, row}: Extract<RowChange, {kind: 'update'}>,
  {ids}: Table,
): boolean {
  return ids.order(id, ids.keyOf(row)) !== 0;
}

function isKeyNew(
  {keyOf, order}: Table['indexes'][number]['keys'],
  change: Exclude<RowChange, {kind: 'delete'}>,
  table: Table,
): boolean {
  if (change.kind === 'insert') return true;
  const old = table.rows.get(change.id);
  return old === undefined || order(keyOf(old), keyOf(change.row)) !== 0;
}
