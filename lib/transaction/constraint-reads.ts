import {eachInSlices, type Sliced} from '../base/slices';
import type {RowName} from '../store/foreign-keys';
import {isComplete, type Reference} from '../store/references';
import type {RowChange, Table} from '../store/table';
import {type Key, type KeyOrder} from '../store/tree/key-order';
import {Tree} from '../store/tree/tree';
import {findTable, type Version} from '../store/version';
import type {Row} from '../value/copy';
import {newKeysOf} from './locking';
import type {RowsChange, Surroundings} from './surroundings';

/**
 * Tells the serial order what the constraints have read that let some changes
 * pass: a row has its id and unique keys because no other row has them, refers to
 * a row because that is there, and goes because no row refers to it. Whoever
 * writes otherwise at the same time comes after. `parents` are the rows that are
 * referred to from now on. Fails with SERIALIZATION_FAILURE.
 */
export function* noteConstraintReads(
  around: Surroundings,
  successor: Version,
  all: readonly RowsChange[],
  parents: readonly RowName[],
): Sliced<void> {
  const {order, transaction} = around;
  const {node} = transaction;
  if (node === undefined) return;
  const read = ({table, keys, keyOf}: KeyRead): void => {
    if (keys.size > 0) order.read(node, table, row => keys.has(keyOf(row)));
  };
  for (const set of all) {
    const table = findTable(successor, set.table)!;
    read(yield* idsOf(set, table));
    for (const index of table.indexes) {
      const {keyOf, order: keyOrder} = index.keys;
      const keys = Tree.create<undefined>(keyOrder);
      yield* newKeysOf(set, index, {table, version: successor}, key =>
        keys.set(key, undefined),
      );
      read({table: set.table, keys, keyOf});
    }
    const references = successor.references.ofParent.get(set.table) ?? [];
    for (const reference of references) {
      read(yield* referencesTo(reference, set, table));
    }
  }
  for (const keyRead of yield* rowsOf(parents, successor)) read(keyRead);
}

/** The rows of a table that have one of some keys, or do not. */
interface KeyRead {
  readonly table: string;
  readonly keys: Tree<undefined>;
  readonly keyOf: (row: Row) => Key;
}

/** That no other row has an id of a new one. */
function* idsOf({changes}: RowsChange, table: Table): Sliced<KeyRead> {
  const {keyOf, order} = table.ids;
  const keys = Tree.create<undefined>(order);
  // Hidden ids are given to one row, ever.
  if (table.schema.primaryKey.length > 0) {
    yield* eachInSlices(changes, change => {
      if (change.kind === 'insert') keys.set(keyOf(change.row), undefined);
    });
  }
  return {table: table.schema.name, keys, keyOf};
}

/** That no row refers to one that goes, or that is called otherwise. */
function* referencesTo(
  {child, order, parentValuesOf, valuesOf}: Reference,
  {changes}: RowsChange,
  {rows}: Table,
): Sliced<KeyRead> {
  const keys = Tree.create<undefined>(order);
  yield* eachInSlices(changes, change => {
    const values = valuesGivenUp(change, rows, parentValuesOf, order);
    if (values !== undefined) keys.set(values, undefined);
  });
  return {table: child, keys, keyOf: valuesOf};
}

function valuesGivenUp(
  change: RowChange,
  rows: Tree<Row>,
  valuesOf: (row: Row) => readonly unknown[],
  order: KeyOrder,
): readonly unknown[] | undefined {
  const old = change.kind === 'insert' ? undefined : rows.get(change.id);
  const values = old && valuesOf(old);
  if (values === undefined || !isComplete(values)) return undefined;
  const isKept =
    change.kind === 'update' && order(valuesOf(change.row), values) === 0;
  return isKept ? undefined : values;
}

/** That some rows are there. */
function* rowsOf(
  names: readonly RowName[],
  version: Version,
): Sliced<Iterable<KeyRead>> {
  const reads = new Map<string, KeyRead>();
  yield* eachInSlices(names, ({table, id}) => {
    let keyRead = reads.get(table);
    if (keyRead === undefined) {
      const {keyOf, order} = findTable(version, table)!.ids;
      keyRead = {table, keys: Tree.create<undefined>(order), keyOf};
      reads.set(table, keyRead);
    }
    keyRead.keys.set(id, undefined);
  });
  return reads.values();
}
