import {costOf, fewestRows, type Candidate} from '../../../lib/query/candidate';
import {conjuncts} from '../../../lib/query/condition';
import {describeAccess} from '../../../lib/query/explain';
import {orderingNears} from '../../../lib/query/ordering-nears';
import {
  candidatesFor,
  goalOf,
  inAnyOrder,
  singleRow,
} from '../../../lib/query/planner';
import type {Query} from '../../../lib/query/query';
import type {Table} from '../../../lib/store/table';

/**
 * What the planner chooses from for a query, cheapest first, a line for each;
 * no lines where there is no choice to make.
 */
export function describeConsidered(query: Query, table: Table): string[] {
  if (query.condition.kind === 'never') return [];
  const ordered = goalOf(query, table);
  if (singleRow(ordered) !== undefined) return [];
  const parts = conjuncts(query.condition);
  const goal =
    orderingNears(parts) === undefined ? ordered : inAnyOrder(ordered, parts);
  const candidates = candidatesFor(goal);
  const matching = fewestRows(candidates);
  return candidates
    .map(candidate => ({candidate, cost: costOf(candidate, goal, matching)}))
    .sort((a, b) => a.cost - b.cost)
    .map(
      ({candidate, cost}) =>
        `cost ${Math.round(cost)}: ${describe(candidate, parts.length)}`,
    );
}

function describe(
  {access, answered, isOrdered, rows}: Candidate,
  partCount: number,
): string {
  const traits = [
    `about ${Math.round(rows)} rows`,
    ...(isOrdered ? ['in order'] : []),
    ...(partCount > answered.size ? ['to be tested'] : []),
  ];
  return `${describeAccess(access)}; ${traits.join(', ')}`;
}
