import {inMemory} from '../connector/in-memory';
import {changedRows, tableNames} from '../database/database';
import {asSnapshot, type Snapshot} from './snapshot';
import type {DataSourceLike} from './watched-models';

type Row = Readonly<Record<string, unknown>>;

/** What became of the rows of a model; what there is none of is left out. */
export interface RowDifferences {
  readonly added?: readonly Row[];
  readonly changed?: readonly {readonly before: Row; readonly after: Row}[];
  readonly removed?: readonly Row[];
}

/**
 * What differs between two snapshots, or between one and what its datasource holds
 * now: for each model whose rows differ those that were added, changed and removed,
 * in the order of their ids, as they are stored. `{}` where all rows are equal. Of
 * several models on a table the one that was defined first is named; a table
 * without a model has its own name.
 *
 *   assert.deepEqual(diff(before, dataSource), {
 *     City: {added: [{id: 3, name: 'Basel'}]},
 *   });
 *
 * O(rows that differ), where one of both has come from the other.
 */
export function diff(
  before: Snapshot | DataSourceLike,
  after: Snapshot | DataSourceLike,
): Record<string, RowDifferences> {
  const former = asSnapshot(before);
  const latter = asSnapshot(after);
  const {version: old} = former.state;
  const {version} = latter.state;
  const models = inMemory(latter.dataSource).modelsByTable();
  const differences: Record<string, RowDifferences> = {};
  for (const table of tableNames(old, version)) {
    const {name, rowOut} = models.get(table) ?? {
      name: table,
      rowOut: (row: Row) => row,
    };
    const changed = changedRows(old, version, table).map(each => ({
      before: each.before && rowOut(each.before),
      after: each.after && rowOut(each.after),
    }));
    if (changed.length > 0) differences[name] = byKind(changed);
  }
  return differences;
}

function byKind(
  rows: readonly {
    readonly before: Row | undefined;
    readonly after: Row | undefined;
  }[],
): RowDifferences {
  const added = rows.flatMap(({after, before}) => (before ? [] : [after!]));
  const removed = rows.flatMap(({after, before}) => (after ? [] : [before!]));
  const changed = rows.flatMap(({after, before}) =>
    before && after ? [{before, after}] : [],
  );
  return {
    ...(added.length > 0 && {added}),
    ...(changed.length > 0 && {changed}),
    ...(removed.length > 0 && {removed}),
  };
}
