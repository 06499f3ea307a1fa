import {columnWords} from '../base/column-words';
import {InMemoryError, show} from '../base/errors';
import {eachInSlices, mapInSlices, type Sliced} from '../base/slices';
import {type IndexDefinition, primaryKeyName} from '../schema/schema';
import type {Row} from '../value/copy';
import {changedTrees} from './bulk-change';
import {
  inOrder,
  loadedIndex,
  loadedTrees,
  minBulkRows,
  type SortedRows,
  sortedRows,
} from './bulk-load';
import {
  type DraftMode,
  emptyIndex,
  type Index,
  type IndexContext,
  IndexDraft,
  type IndexKeys,
  indexKeys,
  isEnteredAnew,
} from './index-tree';
import type {Key} from './tree/key-order';
import {type RowChange, sequenceOfRow, type Table} from './table';
import type {Tree} from './tree/tree';

/** Rows that may be loaded at once, without a break, where others wait. */
const maxLoadedInSlice = 2_000;

interface Replacement {
  readonly oldId: Key;
  readonly old: Row | undefined;
  readonly new: Row | undefined;
  /** Whether the row comes, goes, or gets another id. */
  readonly moves: boolean;
  /** The indexes that do not stay as they are. */
  readonly indexes: readonly IndexDraft[];
}

/**
 * A table while a statement changes it: a copy that shares what it can, except
 * for the trees that are the statement's own.
 */
export class TableDraft {
  private rows: Tree<Row>;
  private indexes: IndexDraft[];
  private readonly context: IndexContext;
  private nextSequence: number;

  constructor(
    private readonly base: Table,
    private readonly mode: DraftMode,
  ) {
    this.rows = base.rows.ownedBy(mode.owner);
    this.context = {
      table: base.schema.name,
      idOrder: base.ids.order,
      mode,
    };
    this.indexes = base.indexes.map(index => this.draftOf(index));
    this.nextSequence = base.nextSequence;
  }

  /**
   * Makes the changes of one statement, each of another row. All old entries
   * go before any new one comes, so unique values may be swapped within it.
   * Fails with DUPLICATE_KEY, NOT_NULL_VIOLATION, VALUE_OUT_OF_RANGE or
   * INVALID_VALUE; the draft is then of no more use.
   */
  *change(changes: readonly RowChange[]): Sliced<void> {
    if (this.base.check !== undefined) {
      yield* eachInSlices(changes, change => this.refuseViolation(change));
    }
    const isCut = this.mode.isCut && changes.length > maxLoadedInSlice;
    if (!isCut && this.loadAll(changes)) return;
    if (yield* this.changeMany(changes)) return;
    const replacements = yield* mapInSlices(changes, change =>
      this.replacement(change),
    );
    yield* eachInSlices(replacements, each => this.removeOld(each));
    yield* eachInSlices(replacements, each => this.addNew(each));
  }

  /** As {@link change}; in place the change is made or nothing is. */
  changeOne(change: RowChange): void {
    this.refuseViolation(change);
    if (change.kind === 'insert' && this.mode.isInPlace) {
      return this.insertOrUndo(change.row);
    }
    const replacement = this.replacement(change);
    if (this.mode.isInPlace) this.refuseDuplicates(replacement);
    this.removeOld(replacement);
    this.addNew(replacement);
  }

  /**
   * Builds the trees of a table that is empty at once. When that cannot be, or
   * a key is there twice, nothing was done and false is returned.
   */
  private loadAll(changes: readonly RowChange[]): boolean {
    if (this.rows.size > 0 || changes.length < minBulkRows) return false;
    const rows: Row[] = [];
    for (const change of changes) {
      if (change.kind !== 'insert') return false;
      rows.push(change.row);
    }
    const {keyOf, order} = this.base.ids;
    const sorted = sortedRows(rows, keyOf, order, this.mode.dialect);
    const keys = this.indexes.map(index => index.keys);
    const trees = sorted && loadedTrees(sorted, keys, this.mode);
    if (trees === undefined) return false;
    this.rows = trees.rows;
    this.indexes = trees.indexes.map(index => this.draftOf(index));
    // The last of numbers is the greatest.
    const {ids, rows: all} = sorted!;
    const areNumbers =
      typeof ids[0] === 'number' && typeof ids.at(-1) === 'number';
    const noted = areNumbers ? all.slice(-1) : all;
    for (const row of noted) this.noteSequence(row);
    return true;
  }

  /**
   * Changes each tree in one walk. When that cannot be, or something is the
   * matter with a change, nothing was done and false is returned.
   */
  private *changeMany(changes: readonly RowChange[]): Sliced<boolean> {
    if (changes.length < minBulkRows) return false;
    const {base, context} = this;
    const indexes = this.indexes.map(index => index.finish());
    const trees = yield* changedTrees(
      {rows: this.rows, indexes},
      {ids: base.ids, changes, context},
    );
    if (trees === undefined) return false;
    this.rows = trees.rows;
    this.indexes = trees.indexes.map(index => this.draftOf(index));
    yield* eachInSlices(changes, change => {
      if (change.kind === 'insert') this.noteSequence(change.row);
    });
    return true;
  }

  private draftOf(index: Index): IndexDraft {
    return new IndexDraft(index, this.context);
  }

  private noteSequence(row: Row): void {
    const next = sequenceOfRow(row, this.base);
    if (next > this.nextSequence) this.nextSequence = next;
  }

  private replacement(change: RowChange): Replacement {
    const {indexes} = this;
    if (change.kind === 'insert') {
      const {row} = change;
      return {oldId: undefined, old: undefined, new: row, moves: true, indexes};
    }
    const {id} = change;
    const old = this.rows.get(id);
    if (old === undefined) throw brokenInvariant(id);
    if (change.kind === 'delete') {
      return {oldId: id, old, new: undefined, moves: true, indexes};
    }
    const {row} = change;
    const moves = this.base.ids.order(this.base.ids.keyOf(row), id) !== 0;
    const changed = moves
      ? indexes
      : indexes.filter(({keys}) => isEnteredAnew(keys, old, row));
    return {oldId: id, old, new: row, moves, indexes: changed};
  }

  /** Fails when a row breaks a rule for itself. */
  private refuseViolation(change: RowChange): void {
    if (change.kind === 'delete') return;
    const violation = this.base.check?.(change.row);
    if (violation !== undefined) throw violation;
  }

  /** Fails with DUPLICATE_KEY before anything was changed. */
  private refuseDuplicates({new: row, ...replacement}: Replacement): void {
    if (row === undefined) return;
    const id = this.base.ids.keyOf(row);
    if (replacement.moves && this.rows.has(id)) throw this.duplicateId(id);
    for (const index of replacement.indexes) {
      if (!index.keys.definition.isUnique) continue;
      index.refuseIfTaken(index.keys.keyOf(row), replacement.oldId);
    }
  }

  private removeOld({indexes, moves, old, oldId}: Replacement): void {
    if (old === undefined) return;
    if (moves) this.rows.delete(oldId);
    for (const index of indexes) {
      index.remove(index.keys.keyOf(old), oldId, old);
    }
  }

  private addNew({indexes, moves, new: row}: Replacement): void {
    if (row === undefined) return;
    const id = this.base.ids.keyOf(row);
    if (moves) this.insertRow(id, row);
    else this.rows.set(id, row);
    for (const index of indexes) index.add(index.keys.keyOf(row), id, row);
  }

  private insertRow(id: Key, row: Row): void {
    if (!this.rows.insert(id, row)) throw this.duplicateId(id);
    this.noteSequence(row);
  }

  /**
   * Inserts a row, or takes back what was done of it: most are inserted, and to
   * look for each key beforehand would take half as long as to enter it.
   */
  private insertOrUndo(row: Row): void {
    const {indexes} = this;
    const id = this.base.ids.keyOf(row);
    this.insertRow(id, row);
    let entered = 0;
    try {
      for (; entered < indexes.length; entered++) {
        const index = indexes[entered]!;
        index.add(index.keys.keyOf(row), id, row);
      }
    } catch (error) {
      for (const index of indexes.slice(0, entered)) {
        index.remove(index.keys.keyOf(row), id, row);
      }
      this.rows.delete(id);
      throw error;
    }
  }

  private duplicateId(id: Key): InMemoryError {
    const {name, primaryKey} = this.base.schema;
    const properties = columnWords(name, primaryKey);
    return new InMemoryError(
      'DUPLICATE_KEY',
      `Duplicate entry for ${name}.${properties}: ` +
        `a row with the id ${show(id)} exists already.`,
      {
        table: name,
        index: primaryKeyName,
        constraint: primaryKeyName,
        property: properties,
        value: id,
        id,
      },
    );
  }

  /** Builds an index over the rows. Fails with DUPLICATE_KEY. */
  addIndex(definition: IndexDefinition): void {
    const keys = this.keysOf(definition);
    const index =
      this.rows.size < minBulkRows
        ? undefined
        : loadedIndex(keys, this.sortedRows(), this.mode);
    const draft = this.draftOf(index ?? emptyIndex(keys));
    if (index === undefined) {
      this.rows.forEach((row, id) => draft.add(keys.keyOf(row), id, row));
    }
    this.indexes.push(draft);
  }

  /** As {@link addIndex}, cut where that would take others their turn. */
  *addingIndex(definition: IndexDefinition): Sliced<void> {
    const isLong = this.mode.isCut && this.rows.size > maxLoadedInSlice;
    if (!isLong) return this.addIndex(definition);
    const keys = this.keysOf(definition);
    const draft = this.draftOf(emptyIndex(keys));
    for (const batch of this.rows.batches({}, false)) {
      for (const [id, row] of batch) draft.add(keys.keyOf(row), id, row);
      yield;
    }
    this.indexes.push(draft);
    return undefined;
  }

  private keysOf(definition: IndexDefinition): IndexKeys {
    const {dialect} = this.mode;
    return indexKeys(definition, this.base.schema.primaryKey, dialect);
  }

  private sortedRows(): SortedRows {
    const ids: Key[] = [];
    this.rows.forEach((_, id) => void ids.push(id));
    const rows: Row[] = [];
    this.rows.forEach(row => void rows.push(row));
    return inOrder(ids, rows, this.base.ids.order);
  }

  /** Takes an index away. */
  dropIndex(name: string): void {
    this.indexes = this.indexes.filter(
      index => index.keys.definition.name !== name,
    );
  }

  /** The table with the changes made; the same object if it tells of them. */
  finish(): Table {
    const {base, nextSequence, rows} = this;
    const indexes = finishedIndexes(this.indexes, base.indexes);
    const isSame =
      rows === base.rows &&
      indexes === base.indexes &&
      nextSequence === base.nextSequence;
    if (isSame) return base;
    const {schema, declared, ids, check, code} = base;
    const kept = base.kept ?? (rows.size > 0 ? declared : undefined);
    return {
      schema,
      declared,
      kept,
      ids,
      check,
      code,
      rows,
      indexes,
      nextSequence,
    };
  }
}

/** The indexes with the changes made; the same array if it tells of them. */
function finishedIndexes(
  drafts: readonly IndexDraft[],
  base: readonly Index[],
): readonly Index[] {
  let same = 0;
  while (same < drafts.length && drafts[same]!.finish() === base[same]) same++;
  return same === drafts.length && same === base.length
    ? base
    : drafts.map(draft => draft.finish());
}

function brokenInvariant(id: Key): Error {
  return new Error(`Broken invariant: row ${show(id)} is there to change`);
}
