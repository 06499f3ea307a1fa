import {type IndexKey, primaryKeyName} from '../schema/schema';
import type {Key, KeyOrder} from '../store/tree/key-order';
import type {Index} from '../store/index-tree';
import {postingSize} from '../store/posting';
import type {Table} from '../store/table';
import type {KeyRange, Tree} from '../store/tree/tree';

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
  const {keys: declared} = definition;
  // An index on one property is stored upwards, and walked either way.
  const keys =
    declared.length === 1 && declared[0]!.direction === -1
      ? [{path: declared[0]!.path, direction: 1 as const}]
      : declared;
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

/** The table itself and its indexes. */
export function viewsOf(table: Table): IndexView[] {
  const views = [primaryView(table)];
  for (const index of table.indexes) views.push(indexView(index));
  return views;
}

/** Whether no two rows can stand under a key, which has no null in it then. */
export function isUniqueKey({isUnique, keys}: IndexView, key: Key): boolean {
  if (!isUnique) return false;
  return keys.length === 1 ? key !== null : !(key as unknown[]).includes(null);
}

/** The number of rows under one key. O(log n). */
export function rowsUnder(view: IndexView, key: Key): number {
  if (view.kind === 'primary') return view.tree.has(key) ? 1 : 0;
  const posting = view.tree.get(key);
  return posting === undefined ? 0 : postingSize(posting);
}

/** The number of rows in a range. Visits no entry of it. O(log n). */
export function rowsInRange(view: IndexView, range: KeyRange): number {
  return view.tree.weightBetween(range);
}
