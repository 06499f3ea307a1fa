import type {Key} from '../store/tree/key-order';
import {forEachId} from '../store/posting';
import {indexNamed, rowsOfEntries, type Table} from '../store/table';
import {type Skip, stop} from '../store/tree/tree';
import type {Row} from '../value/copy';
import type {Access} from './plan';

/** Which of the rows are wanted. */
export interface Page {
  readonly skip: number;
  readonly limit: number;
}

/**
 * The rows in some ranges of a secondary index, in its order. No row is looked
 * at before it is known which are wanted; then they are fetched together.
 */
export function rowsOfPage(
  {index, isReverse, ranges}: Extract<Access, {kind: 'ranges'}>,
  table: Table,
  {skip, limit}: Page,
): Row[] {
  const {entries} = indexNamed(table, index);
  const ids: Key[] = [];
  const toSkip: Skip = {left: skip};
  const visitId = (id: Key): typeof stop | void => {
    if (toSkip.left > 0) toSkip.left--;
    else if (ids.push(id) >= limit) return stop;
    return undefined;
  };
  for (const range of isReverse ? ranges.toReversed() : ranges) {
    if (ids.length >= limit) break;
    entries.scan(range, isReverse, each => forEachId(each, visitId), toSkip);
  }
  return rowsOfEntries(table, ids);
}
