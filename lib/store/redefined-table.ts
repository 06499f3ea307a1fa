import {InMemoryError, show} from '../base/errors';
import {runAtOnce, type Sliced} from '../base/slices';
import {canBeId} from '../schema/ids';
import type {IndexDefinition, TableSchema} from '../schema/schema';
import {getOwn, type Row} from '../value/copy';
import {type DraftMode, emptyIndex} from './index-tree';
import {withHiddenNumbers} from './hidden-numbers';
import {emptyTable, type Table} from './table';
import {TableDraft} from './table-draft';
import type {Key} from './tree/key-order';
import {Tree} from './tree/tree';

/*
 * Tables with other indexes, or other ids, than before.
 */

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

/** The table with its rows taken out, and the indexes that its schema declares. */
export function withoutRows(table: Table, mode: DraftMode): Table {
  const {declared, ids, indexes, kept, schema} = table;
  const isAsDeclared =
    indexes.length === schema.indexes.length &&
    indexes.every(({keys}) => schema.indexes.includes(keys.definition));
  if (!isAsDeclared) {
    const bare = {...emptyTable(schema, mode.dialect), declared, kept};
    return withIndexes(bare, schema.indexes, mode);
  }
  return {
    ...table,
    rows: Tree.create<Row>(ids.order),
    indexes: indexes.map(({keys}) => emptyIndex(keys)),
  };
}

/** As {@link withIndexes} for one, as work that can be cut if the mode says so. */
export function* withIndexInSlices(
  table: Table,
  definition: IndexDefinition,
  mode: DraftMode,
): Sliced<Table> {
  const draft = new TableDraft(table, mode);
  yield* draft.addingIndex(definition);
  return draft.finish();
}

/**
 * The table with its rows stored under the ids that its schema declares.
 * Fails with DUPLICATE_KEY, NOT_NULL_VIOLATION or INVALID_VALUE when they do not
 * identify the rows.
 */
export function withDeclaredIds(table: Table, mode: DraftMode): Table {
  const {schema} = table;
  const draft = new TableDraft(emptyTable(schema, mode.dialect), mode);
  for (const index of table.indexes) draft.addIndex(index.keys.definition);
  const formerIds: Key[] = [];
  const rows: Row[] = [];
  table.rows.forEach((row, id) => {
    requireIds(row, schema);
    formerIds.push(id);
    rows.push({...row});
  });
  const own =
    schema.primaryKey.length === 0 ? withHiddenNumbers(rows, formerIds) : rows;
  const changes = own.map(row => ({kind: 'insert', row}) as const);
  runAtOnce(draft.change(changes));
  const {declared, kept} = table;
  return {...draft.finish(), declared, kept};
}

/**
 * Fails with NOT_NULL_VIOLATION or INVALID_VALUE when a row has no value for what
 * becomes its id, or one that cannot be.
 */
export function requireIds(
  row: Row,
  {name: table, primaryKey}: Pick<TableSchema, 'name' | 'primaryKey'>,
): void {
  for (const property of primaryKey) {
    const value = getOwn(row, property);
    if (canBeId(value)) continue;
    const isMissing = (value ?? null) === null;
    throw new InMemoryError(
      isMissing ? 'NOT_NULL_VIOLATION' : 'INVALID_VALUE',
      `${table}.${property} cannot become the id: a row has ` +
        `${isMissing ? 'no value' : show(value)} for it.`,
      {table, property, value},
    );
  }
}
