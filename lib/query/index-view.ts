import {type IndexKey, primaryKeyName} from '../schema/schema';
import type {KeyOrder} from '../store/key-order';
import type {Index} from '../store/index-tree';
import {postingSize} from '../store/posting';
import type {Table} from '../store/table';
import type {KeyRange, Tree} from '../store/tree';

/**
 * What planner and execution see of an index; the table itself, sorted by id,
 * is seen as one more.
 */
export interface IndexView {
  readonly name: string;
  readonly kind: 'primary' | 'ordered' | 'geo';
  readonly keys: readonly IndexKey[];
  readonly isUnique: boolean;
  readonly order: KeyOrder;
  /** Whether it can answer conditions; see `Index.multiValuedRows`. */
  readonly isSearchable: boolean;
  readonly tree: Tree<unknown>;
}

/** The table's own tree as an index. */
export function primaryView(table: Table): IndexView {
  return {
    name: primaryKeyName,
    kind: 'primary',
    keys: table.schema.primaryKey.map(path => ({path, direction: 1})),
    isUnique: true,
    order: table.ids.order,
    isSearchable: table.schema.primaryKey.length > 0,
    tree: table.rows,
  };
}

/** A secondary index. */
export function indexView(index: Index): IndexView {
  const {definition, order} = index.keys;
  // An index on one property is stored upwards, and walked either way.
  const keys =
    definition.keys.length === 1
      ? [{path: definition.keys[0]!.path, direction: 1 as const}]
      : definition.keys;
  return {
    name: definition.name,
    kind: definition.kind,
    keys,
    isUnique: definition.isUnique,
    order,
    isSearchable: definition.kind === 'ordered' && index.multiValuedRows === 0,
    tree: index.entries,
  };
}

/** The number of rows under one key. O(log n). */
export function rowsUnder(view: IndexView, key: unknown): number {
  if (view.kind === 'primary') return view.tree.has(key) ? 1 : 0;
  const posting = view.tree.get(key);
  return posting === undefined ? 0 : postingSize(posting);
}

/** The number of rows in a range. Visits no entry of it. O(log n). */
export function rowsInRange(view: IndexView, range: KeyRange): number {
  return view.tree.weightBetween(range);
}
