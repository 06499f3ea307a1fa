import {always, and, type Condition, conjuncts} from './condition';
import type {OrderingNear} from './plan';

/**
 * The `near` conditions whose distance orders the rows: one that must hold, or
 * all of an `or` whose every branch has one. Undefined when there are none.
 */
export function orderingNears(
  parts: readonly Condition[],
): readonly OrderingNear[] | undefined {
  for (const part of parts) {
    if (part.kind === 'near') return [{near: part, branch: always}];
  }
  for (const part of parts) {
    if (part.kind !== 'or') continue;
    const ofBranches = part.conditions.map(nearsOfBranch);
    if (ofBranches.every(nears => nears !== undefined)) {
      return ofBranches.flat();
    }
  }
  return undefined;
}

function nearsOfBranch(branch: Condition): readonly OrderingNear[] | undefined {
  const nears = orderingNears(conjuncts(branch));
  return nears?.map(inner => ({
    near: inner.near,
    branch: and([branch, inner.branch]),
  }));
}
