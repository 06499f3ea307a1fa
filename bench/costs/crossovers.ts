import {atOnce} from '../../lib/base/cuttable';
import {lookupCost} from '../../lib/query/candidate';
import type {Condition} from '../../lib/query/condition';
import {execute} from '../../lib/query/execute';
import type {Access, Plan} from '../../lib/query/plan';
import {primaryKeyName} from '../../lib/schema/schema';
import type {Table} from '../../lib/store/table';
import {itemsPerGroup} from '../fixture';
import {race, type Contender, type Pace} from '../harness';
import {seededRandom, shuffled} from '../random';
import {ratios, spreadOf} from '../statistics';
import {below, by, byId, keys, planOf, range, scan} from './plans';
import type {Stock} from './tables';

/** Up to where one plan is faster than another. */
export interface Crossover {
  readonly name: string;
  /** A number as text: those that are tried have a first and a last. */
  readonly at: string;
}

/** Up to which limit an order is walked, as a part of the squared number of rows that match divided by all rows. */
export interface Limit {
  readonly guess: number;
  readonly at: string;
}

/** The same rows, by an index and by a test of all. */
interface Question {
  readonly access: Access;
  readonly condition: Condition;
}

const shares = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8];

/** Up to which share of the rows an index is faster than a scan, for some conditions. */
export async function measureCrossovers(
  stock: Stock,
  pace: Pace,
): Promise<Crossover[]> {
  const crossovers: Crossover[] = [];
  for (const [name, questionAt] of Object.entries(questionsOf(stock))) {
    const pairs = shares.map(share => plansOf(questionAt(share)));
    const at = crossing(shares, await ratiosOf(pairs, stock.table, pace));
    crossovers.push({name, at});
  }
  return crossovers;
}

/** Limits to try, see {@link Limit}. */
const limits = [0.1, 0.2, 0.5, 1, 2, 5];

/**
 * Up to which limit it is faster to walk an index in order and test its rows than
 * to keep the best of the rows that another index leads to.
 */
export async function measureLimit(
  {items, table}: Stock,
  pace: Pace,
): Promise<Limit> {
  const groups = Math.ceil(items.length / itemsPerGroup / 30);
  const matching = groups * itemsPerGroup;
  const square = matching ** 2 / items.length;
  const pairs = limits.map((part): Pair => {
    const limit = Math.max(1, Math.round(part * square));
    return [
      planOf(range('price', 0, items.length), {
        residual: below('group', groups),
        limit,
      }),
      planOf(range('group', 0, groups), {ordering: by('price'), limit}),
    ];
  });
  const at = crossing(limits, await ratiosOf(pairs, table, pace));
  // Where the costs of the two plans are the same, as the planner has them.
  const guess = (lookupCost + Math.log2(matching)) / (2 * lookupCost);
  return {guess, at};
}

/** Two plans for the same rows. */
type Pair = readonly [Plan, Plan];

function plansOf({access, condition}: Question): Pair {
  const isById = 'index' in access && access.index === primaryKeyName;
  return [
    planOf(access, isById ? {} : {ordering: byId}),
    planOf(scan, {residual: condition}),
  ];
}

/** The times of the first plan of each pair, in those of the second. */
async function ratiosOf(
  pairs: readonly Pair[],
  table: Table,
  pace: Pace,
): Promise<number[]> {
  for (const pair of pairs) {
    const [one, other] = pair.map(
      plan => atOnce(execute(plan, table, false)).rows.length,
    );
    if (one !== other) throw new Error('Two plans do not find the same rows.');
  }
  const contenders = pairs.flat().map((plan): Contender => ({
    perform: () => execute(plan, table, false),
    maxBatch: Infinity,
  }));
  const times = await race(contenders, pace);
  return pairs.map(
    (_, i) => spreadOf(ratios(times[2 * i]!, times[2 * i + 1]!)).median,
  );
}

function questionsOf({
  items,
}: Stock): Record<string, (share: number) => Question> {
  const count = (share: number) => Math.ceil(share * items.length);
  const codes = items.map(({code}) => code).sort();
  const dates = items.map(({addedAt}) => addedAt);
  dates.sort((a, b) => a.getTime() - b.getTime());
  const order = shuffled(items.length, seededRandom(1));
  const some = (share: number) =>
    order.slice(0, count(share)).map(place => items[place]!);
  const between = (path: string, first: unknown, end: unknown): Question => ({
    access: range(path, first, end),
    condition: below(path, end),
  });
  const listed = (
    path: string,
    index: string,
    values: unknown[],
  ): Question => ({
    access: keys(index, values),
    condition: {kind: 'in', path: [path], values},
  });
  return {
    'a range of numbers': share => between('price', 0, count(share)),
    'a range of texts': share => between('code', '', codes[count(share)]),
    'a range of dates': share =>
      between('addedAt', new Date(0), dates[count(share)]),
    'a list of unique texts': share =>
      listed(
        'code',
        'code',
        some(share)
          .map(({code}) => code)
          .sort(),
      ),
    'a list of ids': share => {
      const ids = some(share).map(({id}) => id);
      return listed(
        'id',
        primaryKeyName,
        ids.sort((a, b) => a - b),
      );
    },
    'a range of ids': share => ({
      access: range(primaryKeyName, 0, count(share)),
      condition: below('id', count(share)),
    }),
  };
}

/** The number, of some that ascend, at which the first contender becomes the slower one. */
function crossing(
  numbers: readonly number[],
  times: readonly number[],
): string {
  const above = times.findIndex(ratio => ratio >= 1);
  if (above === -1) return `above ${numbers.at(-1)}`;
  if (above === 0) return `below ${numbers[0]}`;
  const [low, high] = [times[above - 1]!, times[above]!];
  const part = Math.log(1 / low) / Math.log(high / low);
  const [from, to] = [numbers[above - 1]!, numbers[above]!];
  return (from * (to / from) ** part).toPrecision(2);
}
