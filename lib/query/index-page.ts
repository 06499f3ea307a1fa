import {andThen, type Cuttable, inPieces} from '../base/cuttable';
import type {Key} from '../store/tree/key-order';
import {rowsOfEntries, type Table} from '../store/table';
import {type Skip, stop} from '../store/tree/tree';
import type {Row} from '../value/copy';
import {EntryWalk, type IndexAccess, type VisitEntry} from './entry-walk';

/** Which of the rows are wanted. */
export interface Page {
  readonly skip: number;
  readonly limit: number;
}

/**
 * The rows that an access to a secondary index leads to, in its order. No row is
 * looked at before it is known which are wanted; then they are fetched together.
 */
export function rowsOfPage(
  access: IndexAccess,
  table: Table,
  {skip, limit}: Page,
  isCut: boolean,
): Cuttable<readonly Row[]> {
  const ids: Key[] = [];
  const toSkip: Skip = {left: skip};
  const entries = new EntryWalk(access, table, toSkip);
  const visit: VisitEntry = id => {
    if (toSkip.left > 0) toSkip.left--;
    else if (ids.push(id) >= limit) return stop;
    return undefined;
  };
  const gathered = inPieces(isCut, most => entries.advance(visit, most));
  return andThen(gathered, () => rowsOfIds(ids, table, isCut));
}

function rowsOfIds(
  ids: readonly Key[],
  table: Table,
  isCut: boolean,
): Cuttable<readonly Row[]> {
  if (!isCut) return rowsOfEntries(table, ids);
  const rows: Row[] = [];
  let next = 0;
  const fetched = inPieces(isCut, most => {
    const some = ids.slice(next, next + most);
    for (const row of rowsOfEntries(table, some)) rows.push(row);
    next += some.length;
    return next === ids.length;
  });
  return andThen(fetched, () => rows);
}
