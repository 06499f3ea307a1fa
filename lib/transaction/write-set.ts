import {eachInSlices, type Sliced, stepsBetweenCuts} from '../base/slices';
import {type SortedChanges, sortedChanges} from '../store/bulk-change';
import {minBulkRows} from '../store/bulk-load';
import type {Key} from '../store/tree/key-order';
import type {RowChange, Table} from '../store/table';
import {nothing} from '../store/tree/merge';
import {stop, Tree} from '../store/tree/tree';
import {type Change, findTable, type Version} from '../store/version';
import type {Row} from '../value/copy';

/** What a transaction has made of a row. */
export interface WrittenRow {
  /** The committed row that it began with; undefined for a new one. */
  readonly old: Row | undefined;
  /** The row as it is now; undefined when it was deleted. */
  readonly row: Row | undefined;
}

/** The rows that a transaction has written, each with its last state. */
export class WriteSet {
  private readonly tables = new Map<string, Tree<WrittenRow>>();

  /** The number of rows written. */
  get size(): number {
    let size = 0;
    for (const rows of this.tables.values()) size += rows.size;
    return size;
  }

  /** Whether a row is among them. */
  has(table: string, id: Key): boolean {
    return this.tables.get(table)?.has(id) === true;
  }

  /** Notes changes that are made to `version`. */
  *note(
    version: Version,
    name: string,
    changes: readonly RowChange[],
  ): Sliced<void> {
    const table = findTable(version, name)!;
    const {dialect} = version;
    const sorted =
      changes.length < minBulkRows
        ? undefined
        : yield* sortedChanges(changes, table.ids, dialect, true);
    if (sorted === undefined) yield* this.noteEach(table, changes);
    else yield* this.noteMany(table, sorted);
  }

  private *noteEach(table: Table, changes: readonly RowChange[]): Sliced<void> {
    const rows = this.rowsOf(table);
    const set = (id: Key, row: Row | undefined): void => {
      const known = rows.get(id);
      const old = known === undefined ? table.rows.get(id) : known.old;
      rows.set(id, {old, row});
    };
    yield* eachInSlices(changes, change => {
      if (change.kind !== 'insert') set(change.id, undefined);
    });
    // Only now, for one row may take the id that another one gives up.
    yield* eachInSlices(changes, change => {
      if (change.kind !== 'delete')
        set(table.ids.keyOf(change.row), change.row);
    });
  }

  /** Notes the changes of many rows, in one walk. */
  private *noteMany(table: Table, {ids, changes}: SortedChanges): Sliced<void> {
    const olds = yield* oldRows(table, ids);
    const change = (known: WrittenRow | typeof nothing, place: number) => {
      const made = changes[place]!;
      const row = made.kind === 'delete' ? undefined : made.row;
      return {old: known === nothing ? olds[place] : known.old, row};
    };
    const rows = this.rowsOf(table);
    const noted = yield* rows.merging({keys: ids, change}, {}, true);
    this.tables.set(table.schema.name, noted!);
  }

  private rowsOf(table: Table): Tree<WrittenRow> {
    const {name} = table.schema;
    let rows = this.tables.get(name);
    if (rows === undefined) {
      rows = Tree.create<WrittenRow>(table.ids.order);
      this.tables.set(name, rows);
    }
    return rows;
  }

  /** The changes that lead from committed rows to the written ones. */
  *changes(): Sliced<Change[]> {
    const all: Change[] = [];
    for (const [table, rows] of this.tables) {
      const changes: RowChange[] = [];
      for (const batch of rows.batches({}, false)) {
        for (const [id, written] of batch) addChange(changes, id, written);
        yield;
      }
      if (changes.length > 0) all.push({kind: 'rows', table, changes});
    }
    return all;
  }

  /**
   * The changes that make the rows of another version the written ones, whatever
   * they are there.
   */
  *changesOf(version: Version): Sliced<Change[]> {
    const all: Change[] = [];
    for (const [table, rows] of this.tables) {
      const there = findTable(version, table);
      const changes: RowChange[] = [];
      for (const batch of rows.batches({}, false)) {
        for (const [id, {row}] of batch) {
          addChange(changes, id, {old: there?.rows.get(id), row});
        }
        yield;
      }
      if (changes.length > 0) all.push({kind: 'rows', table, changes});
    }
    return all;
  }

  /** A row of a table that passes a test, as it was or as it is now, by its id. */
  find(
    table: string,
    test: (row: Row) => boolean,
  ): {readonly id: Key} | undefined {
    let found: {readonly id: Key} | undefined;
    this.tables.get(table)?.forEach(({old, row}, id) => {
      const passes =
        (old !== undefined && test(old)) || (row !== undefined && test(row));
      if (!passes) return undefined;
      found = {id};
      return stop;
    });
    return found;
  }

  /** A copy that later notes do not reach. O(tables). */
  copy(): WriteSet {
    const copy = new WriteSet();
    for (const [name, rows] of this.tables) {
      copy.tables.set(name, rows.ownedBy({}));
    }
    return copy;
  }
}

/** The rows under some ids, or undefined, in the order of the ids. */
function* oldRows(
  {rows}: Table,
  ids: readonly Key[],
): Sliced<(Row | undefined)[]> {
  const olds: (Row | undefined)[] = [];
  for (let start = 0; start < ids.length; start += stepsBetweenCuts) {
    const some = ids.slice(start, start + stepsBetweenCuts);
    for (const old of rows.getAll(some)) olds.push(old);
    yield;
  }
  return olds;
}

/** Adds what leads from a committed row to the written one, if it differs. */
function addChange(
  changes: RowChange[],
  id: Key,
  {old, row}: WrittenRow,
): void {
  if (row === undefined) {
    if (old !== undefined) changes.push({kind: 'delete', id});
  } else if (old === undefined) changes.push({kind: 'insert', row});
  else changes.push({kind: 'update', id, row});
}
