import {assert} from '../base/assert';
import {sequenceAfter} from '../schema/ids';
import type {TableSchema} from '../schema/schema';
import {extensibleCopy, type Row} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {compileValueAt} from '../value/path';
import {type RowCode, rowCodeOf} from '../value/row-code';
import type {Index} from './index-tree';
import {
  type Key,
  type KeyOrder,
  singleKeyOrder,
  tupleOrder,
} from './tree/key-order';
import {compileRowCheck, type RowCheck} from './row-check';
import {singleTextKeyOrder, textTupleOrder} from './tree/text-key-order';
import {Tree} from './tree/tree';

/** How the ids of a table's rows are read and ordered; made once a schema. */
export interface IdKeys {
  readonly order: KeyOrder;
  /** The key under which a row is stored. */
  readonly keyOf: (row: Row) => Key;
}

/** A table at one version: never changed after it was made. */
export interface Table {
  readonly schema: TableSchema;
  /** As models declare it, with the foreign keys that cannot hold yet. */
  readonly declared: TableSchema;
  /**
   * For what the rows were written: that of a migration, or as the table was
   * declared when the first row came. Undefined before.
   */
  readonly kept: TableSchema | undefined;
  readonly ids: IdKeys;
  /** The rules for each row by itself; made once a schema. */
  readonly check: RowCheck | undefined;
  /** What was compiled for its rows. */
  readonly code: RowCode;
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

/** The rows that entries of an index stand for. */
export function rowsOfEntries(table: Table, ids: readonly Key[]): Row[] {
  const rows = table.rows.getAll(ids);
  assert(!rows.includes(undefined), 'an index entry has its row');
  return rows as Row[];
}

/** Where rows of a table without id properties carry their hidden number. */
const hiddenId: unique symbol = Symbol('id');

/** A table without rows; its indexes are still to be added. */
export function emptyTable(
  schema: TableSchema,
  {texts}: Pick<Dialect, 'texts'>,
): Table {
  const ids = idKeys(schema, texts);
  return {
    schema,
    declared: schema,
    kept: undefined,
    ids,
    check: compileRowCheck(schema),
    code: rowCodeOf(Object.keys(schema.columns)),
    rows: Tree.create(ids.order),
    indexes: [],
    nextSequence: 1,
  };
}

function idKeys(schema: TableSchema, texts: Dialect['texts']): IdKeys {
  const [first, ...others] = schema.primaryKey;
  if (first === undefined) {
    const keyOf = (row: Row) => (row as {[hiddenId]?: number})[hiddenId];
    return {order: singleKeyOrder, keyOf};
  }
  // An id's name is one property, dots and all.
  const getFirst = compileValueAt([first]);
  if (others.length === 0) {
    const order = texts ? singleTextKeyOrder(texts) : singleKeyOrder;
    return {order, keyOf: getFirst};
  }
  const getters = [getFirst, ...others.map(name => compileValueAt([name]))];
  const directions = getters.map((): 1 => 1);
  return {
    order: texts ? textTupleOrder(directions, texts) : tupleOrder(directions),
    keyOf: row => getters.map(get => get(row)),
  };
}

/** A change of one row. */
export type RowChange =
  | {readonly kind: 'insert'; readonly row: Row}
  | {readonly kind: 'update'; readonly id: Key; readonly row: Row}
  | {readonly kind: 'delete'; readonly id: Key};

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
  const check = compileRowCheck(schema);
  const code = rowCodeOf(Object.keys(schema.columns));
  const declared = {...table, schema, declared: schema, check, code};
  let {nextSequence} = table;
  if (schema.idGeneration !== table.schema.idGeneration) {
    table.rows.forEach(row => {
      nextSequence = Math.max(nextSequence, sequenceOfRow(row, declared));
    });
  }
  return {...declared, nextSequence};
}

/**
 * A copy of the row with the hidden number that tells it apart where the table
 * has no id properties. It is not enumerable: no copy of the row shows it.
 */
export function withHiddenId(row: Row, number: Key): Row {
  return Object.defineProperty(extensibleCopy(row), hiddenId, {value: number});
}
