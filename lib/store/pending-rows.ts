import {assert} from '../base/assert';
import {columnWord} from '../base/column-words';
import {InMemoryError, show} from '../base/errors';
import {eachInSlices, mapInSlices, type Sliced} from '../base/slices';
import {rowVersionAfter} from '../schema/rules';
import type {TableSchema} from '../schema/schema';
import {equalValues} from '../value/compare';
import {getOwn, type Row, setOwn} from '../value/copy';
import type {Key} from './tree/key-order';
import {type RowChange, type Table, withHiddenId} from './table';
import {Tree} from './tree/tree';
import type {Change} from './version';

/** A row while a change set is worked out. */
export interface PendingRow {
  /** The row before the set, and its id; undefined when the set inserts it. */
  readonly old: Row | undefined;
  readonly oldId: Key;
  /** The row as the set itself has it; undefined when it deletes it. */
  given: Row | undefined;
  /** The row with what referential actions did to it; undefined when gone. */
  row: Row | undefined;
}

/**
 * What a change set does to one table, in net: each row that it touches once,
 * however many of its changes are about that row.
 */
export class PendingTable {
  /** The rows that the set touches; not those that a truncate deletes. */
  readonly rows: PendingRow[] = [];
  /** Whether all rows of `base` go. */
  isTruncated = false;
  private restartsIds = false;
  private readonly byOldId: Tree<PendingRow>;
  /** The rows that the set leaves, under the ids that they have by it. */
  private byGivenId: Tree<PendingRow>;

  constructor(readonly base: Table) {
    this.byOldId = Tree.create(base.ids.order);
    this.byGivenId = Tree.create(base.ids.order);
  }

  /** Adds a change of the set; its ids are those after the changes before. */
  *change(changes: readonly RowChange[]): Sliced<void> {
    const {base, byGivenId} = this;
    const targets = yield* mapInSlices(changes, change =>
      change.kind === 'insert' ? this.inserted() : this.at(change.id),
    );
    yield* eachInSlices(changes, change => {
      if (change.kind !== 'insert') byGivenId.delete(change.id);
    });
    yield* eachInSlices(changes, (change, i) => {
      const pending = targets[i]!;
      pending.row = change.kind === 'delete' ? undefined : change.row;
      pending.given = pending.row;
      if (pending.row) byGivenId.set(base.ids.keyOf(pending.row), pending);
    });
  }

  /** Adds to the set that all rows are deleted. */
  *truncate(restartsIds: boolean): Sliced<void> {
    yield* eachInSlices(this.rows, pending => {
      pending.given = undefined;
      pending.row = undefined;
    });
    this.byGivenId = Tree.create(this.base.ids.order);
    this.isTruncated = true;
    this.restartsIds ||= restartsIds;
  }

  private inserted(): PendingRow {
    return this.added(undefined, undefined);
  }

  private at(id: Key): PendingRow {
    return this.byGivenId.get(id) ?? this.pendingOf(id);
  }

  /** What the set does to a row of `base`, so far maybe nothing. */
  pendingOf(id: Key): PendingRow {
    const known = this.byOldId.get(id);
    if (known !== undefined) return known;
    const old = this.base.rows.get(id);
    assert(old !== undefined, `row ${show(id)} is there to change`);
    const pending = this.added(old, id);
    this.byOldId.set(id, pending);
    return pending;
  }

  private added(old: Row | undefined, oldId: Key): PendingRow {
    const row = this.isTruncated ? undefined : old;
    const pending = {old, oldId, given: row, row};
    this.rows.push(pending);
    return pending;
  }

  /** The row of `base` with that id after the set, or undefined. */
  rowAfter(id: Key): Row | undefined {
    if (this.isTruncated) return undefined;
    const known = this.byOldId.get(id);
    return known === undefined ? this.base.rows.get(id) : known.row;
  }

  /**
   * The row of `base` with that id as the set itself has it; undefined when the
   * set, or a referential action, deletes it.
   */
  rowGiven(id: Key): Row | undefined {
    if (this.isTruncated) return undefined;
    const known = this.byOldId.get(id);
    if (known === undefined) return this.base.rows.get(id);
    return known.row === undefined ? undefined : known.given;
  }

  /**
   * Gives a row of `base` other values on top of what the set does to it. That
   * gives it its next row version, unless the set has done so.
   */
  assign(pending: PendingRow, values: Row): void {
    const {primaryKey, version} = this.base.schema;
    const row: Record<string, unknown> = {...pending.row, ...values};
    if (version !== undefined) {
      const before = getOwn(pending.old!, version);
      if (equalValues(getOwn(row, version), before)) {
        setOwn(row, version, rowVersionAfter(before));
      }
    }
    pending.row =
      primaryKey.length === 0
        ? withHiddenId(row, this.base.ids.keyOf(pending.row!))
        : row;
  }

  /** All that the set does, each row once. */
  *finish(): Sliced<Change[]> {
    const {isTruncated, restartsIds} = this;
    const table = this.base.schema.name;
    const changes: RowChange[] = [];
    yield* eachInSlices(this.rows, ({old, oldId, row}) => {
      if (old === undefined) {
        if (row !== undefined) changes.push({kind: 'insert', row});
      } else if (row !== undefined) {
        if (row === old) return;
        requireId(row, this.base.schema);
        changes.push({kind: 'update', id: oldId, row});
      } else if (!isTruncated) changes.push({kind: 'delete', id: oldId});
    });
    return [
      ...(isTruncated ? [{kind: 'truncate', table, restartsIds} as const] : []),
      ...(changes.length > 0 ? [{kind: 'rows', table, changes} as const] : []),
    ];
  }
}

/** A key that may be null must not be handed on to an id. */
function requireId(row: Row, {name: table, primaryKey}: TableSchema): void {
  const property = primaryKey.find(
    name => (getOwn(row, name) ?? null) === null,
  );
  if (property === undefined) return;
  throw new InMemoryError(
    'NOT_NULL_VIOLATION',
    `${table}.${columnWord(table, property)} cannot become null with the key that it refers to: ` +
      'it is an id.',
    {table, property, value: null, constraint: 'notNull'},
  );
}

/** What a change set does to all tables, in net. */
export class PendingChanges {
  private readonly byName = new Map<string, PendingTable>();

  constructor(private readonly tables: Tree<Table>) {}

  /** Takes in a set; the changes follow each other and are all of rows. */
  *add(changes: readonly Change[]): Sliced<void> {
    for (const change of changes) {
      const table = this.table(change.table);
      if (change.kind === 'rows') yield* table.change(change.changes);
      else if (change.kind === 'truncate') {
        yield* table.truncate(change.restartsIds);
      }
    }
  }

  /** What the set does to a table, so far maybe nothing. */
  table(name: string): PendingTable {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const base = this.tables.get(name);
    assert(base !== undefined, `table ${name} exists`);
    const table = new PendingTable(base);
    this.byName.set(name, table);
    return table;
  }

  /** The tables that are concerned so far. */
  touched(): readonly PendingTable[] {
    return [...this.byName.values()];
  }

  /** All that the set does, each row once. */
  *finish(): Sliced<Change[]> {
    const changes: Change[] = [];
    for (const table of this.touched())
      changes.push(...(yield* table.finish()));
    return changes;
  }
}
