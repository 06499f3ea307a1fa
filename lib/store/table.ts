import {assert} from '../base/assert';
import {InMemoryError, show} from '../base/errors';
import {
  eachInSlices,
  mapInSlices,
  runAtOnce,
  type Sliced,
} from '../base/slices';
import {sequenceAfter} from '../schema/ids';
import {
  type IndexDefinition,
  primaryKeyName,
  type TableSchema,
} from '../schema/schema';
import {extensibleCopy, type Row} from '../value/copy';
import {compileValueAt} from '../value/path';
import {
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
  indexKeys,
} from './index-tree';
import {type Key, type KeyOrder, singleKeyOrder, tupleOrder} from './key-order';
import {compileRowCheck, type RowCheck} from './row-check';
import {Tree} from './tree';

/** How the ids of a table's rows are read and ordered; made once a schema. */
export interface IdKeys {
  readonly order: KeyOrder;
  /** The key under which a row is stored. */
  readonly keyOf: (row: Row) => Key;
}

/** A table at one version: never changed after it was made. */
export interface Table {
  readonly schema: TableSchema;
  readonly ids: IdKeys;
  /** The rules for each row by itself; made once a schema. */
  readonly check: RowCheck | undefined;
  readonly rows: Tree<Row>;
  readonly indexes: readonly Index[];
  /** Greater than the sequence number of any generated id in the table. */
  readonly nextSequence: number;
}

/** The index of that name, which must exist. */
export function indexNamed(table: Table, name: string): Index {
  const index = table.indexes.find(
    ({keys: {definition}}) => definition.name === name,
  );
  assert(index !== undefined, `index ${name} of ${table.schema.name} exists`);
  return index;
}

/** Where rows of a table without id properties carry their hidden number. */
const hiddenId: unique symbol = Symbol('id');

/** A table without rows; its indexes are still to be added. */
export function emptyTable(schema: TableSchema): Table {
  const ids = idKeys(schema);
  return {
    schema,
    ids,
    check: compileRowCheck(schema),
    rows: Tree.create(ids.order),
    indexes: [],
    nextSequence: 1,
  };
}

function idKeys(schema: TableSchema): IdKeys {
  const [first, ...others] = schema.primaryKey;
  if (first === undefined) {
    const keyOf = (row: Row) => (row as {[hiddenId]?: number})[hiddenId];
    return {order: singleKeyOrder, keyOf};
  }
  // An id's name is one property, dots and all.
  const getFirst = compileValueAt([first]);
  if (others.length === 0) return {order: singleKeyOrder, keyOf: getFirst};
  const getters = [getFirst, ...others.map(name => compileValueAt([name]))];
  return {
    order: tupleOrder(getters.map(() => 1)),
    keyOf: row => getters.map(get => get(row)),
  };
}

/** A change of one row. */
export type RowChange =
  | {readonly kind: 'insert'; readonly row: Row}
  | {readonly kind: 'update'; readonly id: Key; readonly row: Row}
  | {readonly kind: 'delete'; readonly id: Key};

/** Rows that may be loaded at once, without a break, where others wait. */
const maxLoadedInSlice = 2_000;

interface Replacement {
  readonly oldId: Key;
  readonly old: Row | undefined;
  readonly new: Row | undefined;
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
    const replacements = yield* mapInSlices(changes, change =>
      this.replacement(change),
    );
    yield* eachInSlices(replacements, each => this.removeOld(each));
    yield* eachInSlices(replacements, each => this.addNew(each));
  }

  /** As {@link change}; in place the change is made or nothing is. */
  changeOne(change: RowChange): void {
    this.refuseViolation(change);
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
    const sorted = sortedRows(rows, keyOf, order);
    const keys = this.indexes.map(index => index.keys);
    const trees = sorted && loadedTrees(sorted, keys, this.mode);
    if (trees === undefined) return false;
    this.rows = trees.rows;
    this.indexes = trees.indexes.map(index => this.draftOf(index));
    for (const row of rows) this.noteSequence(row);
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
    if (change.kind === 'insert') {
      return {oldId: undefined, old: undefined, new: change.row};
    }
    const old = this.rows.get(change.id);
    assert(old !== undefined, `row ${show(change.id)} is there to change`);
    const row = change.kind === 'update' ? change.row : undefined;
    return {oldId: change.id, old, new: row};
  }

  /** Fails when a row breaks a rule for itself. */
  private refuseViolation(change: RowChange): void {
    if (change.kind === 'delete') return;
    const violation = this.base.check?.(change.row);
    if (violation !== undefined) throw violation;
  }

  /** Fails with DUPLICATE_KEY before anything was changed. */
  private refuseDuplicates(replacement: Replacement): void {
    const {old, new: row} = replacement;
    if (row === undefined) return;
    const moves = this.moves(replacement);
    if (moves && old !== undefined) {
      const id = this.base.ids.keyOf(row);
      if (this.rows.get(id) !== undefined) throw this.duplicateId(id);
    }
    // The id of a row that is inserted is checked by the first thing it does.
    for (const index of this.indexes) {
      if (!index.keys.definition.isUnique) continue;
      if (moves || isEnteredAnew(index, old!, row)) {
        index.refuseIfTaken(index.keys.keyOf(row), replacement.oldId);
      }
    }
  }

  private removeOld(replacement: Replacement): void {
    const {old, oldId} = replacement;
    if (old === undefined) return;
    const moves = this.moves(replacement);
    if (moves) this.rows.delete(oldId);
    for (const index of this.indexes) {
      if (moves || isEnteredAnew(index, old, replacement.new!)) {
        index.remove(index.keys.keyOf(old), oldId, old);
      }
    }
  }

  private addNew(replacement: Replacement): void {
    const {old, new: row} = replacement;
    if (row === undefined) return;
    const id = this.base.ids.keyOf(row);
    const moves = this.moves(replacement);
    if (!moves) this.rows.set(id, row);
    else if (!this.rows.insert(id, row)) throw this.duplicateId(id);
    if (moves) this.noteSequence(row);
    for (const index of this.indexes) {
      if (moves || isEnteredAnew(index, old!, row)) {
        index.add(index.keys.keyOf(row), id, row);
      }
    }
  }

  /** Whether a row comes, goes, or gets another id. */
  private moves({old, oldId, new: row}: Replacement): boolean {
    if (old === undefined || row === undefined) return true;
    return this.base.ids.order(this.base.ids.keyOf(row), oldId) !== 0;
  }

  private duplicateId(id: Key): InMemoryError {
    const {name, primaryKey} = this.base.schema;
    const properties = primaryKey.join(', ');
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
    const keys = indexKeys(definition);
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

  private sortedRows(): SortedRows {
    const ids: Key[] = [];
    this.rows.forEach((_, id) => void ids.push(id));
    const rows: Row[] = [];
    this.rows.forEach(row => void rows.push(row));
    return {ids, rows, order: this.base.ids.order};
  }

  /** Takes an index away. */
  dropIndex(name: string): void {
    this.indexes = this.indexes.filter(
      index => index.keys.definition.name !== name,
    );
  }

  /** The table with the changes made. */
  finish(): Table {
    const {schema, ids, check} = this.base;
    const {rows, nextSequence} = this;
    const indexes = this.indexes.map(index => index.finish());
    return {schema, ids, check, rows, indexes, nextSequence};
  }
}

/** The least sequence number after the id of a row. */
export function sequenceOfRow(row: Row, {ids, schema}: Table): number {
  const id = ids.keyOf(row);
  const generated = schema.primaryKey.length > 1 ? (id as unknown[])[0] : id;
  return sequenceAfter(schema.idGeneration, generated);
}

/**
 * The table under a new schema, rows and indexes as they are; generated ids go
 * on after the ids that there are. The rows are not checked.
 */
export function withSchema(table: Table, schema: TableSchema): Table {
  const declared = {...table, schema, check: compileRowCheck(schema)};
  let {nextSequence} = table;
  if (schema.idGeneration !== table.schema.idGeneration) {
    table.rows.forEach(row => {
      nextSequence = Math.max(nextSequence, sequenceOfRow(row, declared));
    });
  }
  return {...declared, nextSequence};
}

/** Whether what an index holds of a row differs from what it held. */
function isEnteredAnew({keys}: IndexDraft, old: Row, row: Row): boolean {
  return (
    keys.order(keys.keyOf(old), keys.keyOf(row)) !== 0 ||
    keys.isMultiValued(old) !== keys.isMultiValued(row)
  );
}

/** The table with indexes built. Fails with DUPLICATE_KEY. */
export function withIndexes(
  table: Table,
  definitions: readonly IndexDefinition[],
  mode: DraftMode,
): Table {
  const draft = new TableDraft(table, mode);
  for (const definition of definitions) draft.addIndex(definition);
  return draft.finish();
}

/**
 * The table with its rows stored under the ids that its schema declares.
 * Fails with DUPLICATE_KEY or NOT_NULL_VIOLATION when they do not identify the
 * rows.
 */
export function withDeclaredIds(table: Table, mode: DraftMode): Table {
  const {schema} = table;
  const draft = new TableDraft(emptyTable(schema), mode);
  for (const index of table.indexes) draft.addIndex(index.keys.definition);
  const changes: RowChange[] = [];
  table.rows.forEach(row => {
    for (const name of schema.primaryKey) requireId(row, name, schema);
    changes.push({
      kind: 'insert',
      row:
        schema.primaryKey.length === 0
          ? withHiddenId(row, changes.length + 1)
          : {...row},
    });
  });
  runAtOnce(draft.change(changes));
  return draft.finish();
}

/**
 * A copy of the row with the hidden number that tells it apart where the table
 * has no id properties. It is not enumerable: no copy of the row shows it.
 */
export function withHiddenId(row: Row, number: Key): Row {
  return Object.defineProperty(extensibleCopy(row), hiddenId, {value: number});
}

function requireId(row: Row, name: string, schema: TableSchema): void {
  if (row[name] !== undefined && row[name] !== null) return;
  throw new InMemoryError(
    'NOT_NULL_VIOLATION',
    `${schema.name}.${name} cannot become the id: a row has no value for it.`,
    {table: schema.name, property: name},
  );
}
