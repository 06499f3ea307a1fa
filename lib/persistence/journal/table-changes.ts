import {unreachable} from '../../base/assert';
import type {SchemaStep} from '../../schema/diff';
import type {TableSchema} from '../../schema/schema';
import type {Key} from '../../store/tree/key-order';
import {
  emptyTable,
  type RowChange,
  sequenceOfRow,
  type Table,
} from '../../store/table';
import type {Change} from '../../store/version';
import type {PutRow, TableChange} from './commit-codec';

/** Finds a table as it was before a commit. */
export type TableBefore = (name: string) => Table | undefined;

/**
 * The changes of a commit as a journal holds them; `sequences` are the next
 * numbers of generated ids, also of rows that came and went. Of schemas those are
 * written down that are kept with the rows; the rest models declare.
 */
export function tableChanges(
  tableBefore: TableBefore,
  changes: readonly Change[],
  sequences: ReadonlyMap<string, number>,
): TableChange[] {
  const redefined = new Map<string, Table>();
  return changes.flatMap(change => {
    const {kind, table: name} = change;
    const table = redefined.get(name) ?? tableBefore(name);
    const next = sequences.get(name) ?? 1;
    if (kind === 'schema') {
      const defined = afterSteps(table, change.steps);
      if (defined !== undefined) redefined.set(name, defined);
    }
    return tableChange(change, redefined.get(name) ?? table, next) ?? [];
  });
}

/** A table for which the rows of the same commit are meant; it has none itself. */
function afterSteps(
  table: Table | undefined,
  steps: readonly SchemaStep[],
): Table | undefined {
  let schema: TableSchema | undefined;
  let kept = table?.kept;
  for (const step of steps) {
    if (step.kind === 'keep') kept = step.schema;
    if (step.kind === 'declare' || step.kind === 'createTable') {
      ({schema} = step);
    }
  }
  const {nextSequence = 1}: Partial<Table> = table ?? {};
  return schema === undefined
    ? table && {...table, kept}
    : // It gets no rows, so texts among its keys need no order.
      {...emptyTable(schema, {}), kept, nextSequence};
}

function tableChange(
  change: Change,
  table: Table | undefined,
  next: number,
): TableChange | undefined {
  const named = nameOf(change.table, table?.schema.primaryKey ?? ['id']);
  switch (change.kind) {
    case 'schema': {
      const kept = change.steps.findLast(step => step.kind === 'keep');
      return kept && {...named, schema: kept.schema};
    }
    case 'drop':
      return {...named, truncate: true, isDropped: true};
    case 'truncate':
      return {...named, truncate: true, ...(change.restartsIds && {next: 1})};
    case 'sequence':
      return {...named, next: change.next, restartsIds: true};
    case 'rows':
      return {...named, ...rowsOf(change.changes, table!, next)};
    default:
      return unreachable(change);
  }
}

function nameOf(
  table: string,
  key: readonly string[],
): Pick<TableChange, 'table' | 'key'> {
  return key.length === 1 && key[0] === 'id' ? {table} : {table, key};
}

function rowsOf(
  changes: readonly RowChange[],
  table: Table,
  generated: number,
): Pick<TableChange, 'schema' | 'del' | 'put' | 'next'> {
  const del: Key[] = [];
  const put: PutRow[] = [];
  let next = generated;
  for (const change of changes) {
    if (change.kind === 'delete') del.push(change.id);
    else {
      const {ids} = table;
      const id = ids.keyOf(change.row);
      const isMoved =
        change.kind === 'update' && ids.order(id, change.id) !== 0;
      if (isMoved) del.push(change.id);
      put.push([id, change.row]);
      next = Math.max(next, sequenceOfRow(change.row, table));
    }
  }
  return {
    // The first rows are written for the schema that is declared.
    ...(put.length > 0 && !table.kept && {schema: table.declared}),
    ...(del.length > 0 && {del}),
    ...(put.length > 0 && {put}),
    // Else the id of a row that is deleted before the next checkpoint would be
    // given away again after a crash.
    ...(next > table.nextSequence && {next}),
  };
}
