import {lookupCost} from '../../lib/query/candidate';
import {execute} from '../../lib/query/execute';
import type {Access, Plan} from '../../lib/query/plan';
import {primaryKeyName} from '../../lib/schema/schema';
import type {Table} from '../../lib/store/table';
import {type Item, rangeLimit} from '../fixture';
import {below, by, byId, keys, planOf, range, rare, scan} from './plans';

/** A step that the planner guesses the cost of, as work that consists of it. */
export interface Step {
  readonly name: string;
  /** What the planner takes it for, in rows that a scan tests. */
  readonly guess: number;
  /** How often the step is taken each time. */
  readonly times: number;
  readonly perform: (index: number) => unknown;
  /** The name of the step whose time is to be taken off. */
  readonly less?: string;
}

/** The step that all others are measured by. */
export const scannedRow = 'a row that a scan tests, by a text';
const untestedRow = 'a row that a scan takes as it is';

const listed = 1000;

/** All steps, on a table with the items of a fixture and the indexes of {@link costSchema}. */
export function stepsOf(table: Table, picks: readonly Item[]): Step[] {
  const rows = table.rows.size;
  const few = Math.ceil(rows / 100);
  const many = Math.ceil(rows / 5);
  const from = (index: number, count: number): number =>
    picks[index % picks.length]!.price % (rows - count + 1);
  const lists = listsOf(picks);
  const list = (index: number) => lists[index % lists.length]!;
  const prices = (index: number, count: number): Access =>
    range('price', from(index, count), from(index, count) + count);
  const step = (
    name: string,
    [guess, times]: readonly [number, number],
    planAt: (index: number) => Plan,
    less?: string,
  ): Step => ({
    name,
    guess,
    times,
    perform: index => execute(planAt(index), table, false),
    ...(less === undefined ? {} : {less}),
  });
  const ofMany = [lookupCost, many] as const;
  const ofFew = [lookupCost, few] as const;
  const ofList = [lookupCost, listed] as const;
  const sort = [1, rows * Math.log2(rows)] as const;
  return [
    step('a row that a scan tests, by a number', [1, rows], () =>
      planOf(scan, {residual: below('price', -1)}),
    ),
    step(scannedRow, [1, rows], () =>
      planOf(scan, {residual: below('code', 'a')}),
    ),
    step('a row that a scan tests, by a date', [1, rows], () =>
      planOf(scan, {residual: below('addedAt', new Date(0))}),
    ),
    step(untestedRow, [1, rows], () => planOf(scan)),
    step('a row in a range of ids', [1, many], index =>
      planOf(
        range(primaryKeyName, from(index, many), from(index, many) + many),
      ),
    ),
    step('a row in a range of ids, tested by a text', ofMany, index =>
      planOf(
        range(primaryKeyName, from(index, many), from(index, many) + many),
        {residual: below('code', 'a')},
      ),
    ),
    step('a row by its id, of 1,000', [1, listed], index =>
      planOf(keys(primaryKeyName, list(index).ids)),
    ),
    step('a row by a unique key, of 1,000', ofList, index =>
      planOf(keys('code', list(index).codes), {ordering: byId}),
    ),
    step('a row of an index, of 1 in 5, by id', ofMany, index =>
      planOf(prices(index, many), {ordering: byId}),
    ),
    step('a row of an index, of 1 in 100, by id', ofFew, index =>
      planOf(prices(index, few), {ordering: byId}),
    ),
    step('a row of an index, of 1 in 100, in order', ofFew, index =>
      planOf(prices(index, few)),
    ),
    step('a row of an index, of 1 in 100, in order, tested', ofFew, index =>
      planOf(prices(index, few), {residual: rare}),
    ),
    step('an entry of an index that covers', ofFew, index =>
      planOf(prices(index, few), {covered: ['price']}),
    ),
    step(
      'a comparison of numbers in a sort of all rows',
      sort,
      () => planOf(scan, {ordering: by('price')}),
      untestedRow,
    ),
    step(
      'a comparison of texts in a sort of all rows',
      sort,
      () => planOf(scan, {ordering: by('name')}),
      untestedRow,
    ),
    // A row that is not kept is not taken, so nothing is taken off.
    step(`a row of which the best ${rangeLimit} are kept`, [1, rows], () =>
      planOf(scan, {ordering: by('price'), limit: rangeLimit}),
    ),
  ];
}

/** Lists of keys as `inq` has them: in order, and each once. */
function listsOf(picks: readonly Item[]) {
  return Array.from({length: Math.floor(picks.length / listed)}, (_, i) => {
    const items = picks.slice(i * listed, (i + 1) * listed);
    const ids = [...new Set(items.map(({id}) => id))];
    const codes = [...new Set(items.map(({code}) => code))];
    return {ids: ids.sort((a, b) => a - b), codes: codes.sort()};
  });
}
