import {unreachable} from '../../base/assert';
import type {Key} from '../../store/tree/key-order';
import {type RowChange, sequenceOfRow, type Table} from '../../store/table';
import type {Change} from '../../store/version';
import type {PutRow, TableChange} from './commit-codec';

/** Finds a table as it was before a commit. */
export type TableBefore = (name: string) => Table | undefined;

/**
 * The changes of a commit as a journal holds them; `sequences` are the next
 * numbers of generated ids, also of rows that came and went. Schemas are not
 * written down: models declare them.
 */
export function tableChanges(
  tableBefore: TableBefore,
  changes: readonly Change[],
  sequences: ReadonlyMap<string, number>,
): TableChange[] {
  return changes.flatMap(change => {
    const table = tableBefore(change.table);
    const next = sequences.get(change.table) ?? 1;
    return tableChange(change, table, next) ?? [];
  });
}

function tableChange(
  change: Change,
  table: Table | undefined,
  next: number,
): TableChange | undefined {
  const named = nameOf(change.table, table?.schema.primaryKey ?? ['id']);
  switch (change.kind) {
    case 'schema':
      return undefined;
    case 'truncate':
      return {...named, truncate: true, ...(change.restartsIds && {next: 1})};
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
): Pick<TableChange, 'del' | 'put' | 'next'> {
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
    ...(del.length > 0 && {del}),
    ...(put.length > 0 && {put}),
    // Else the id of a row that is deleted before the next checkpoint would be
    // given away again after a crash.
    ...(next > table.nextSequence && {next}),
  };
}
