import type {Condition} from '../../lib/query/condition';
import type {Access, Ordering, Plan} from '../../lib/query/plan';
import {Cut} from '../../lib/store/tree/key-order';

/** Met by one item of a thousand, and told by a number. */
export const rare: Condition = {kind: 'eq', path: ['stock'], value: 7};

/** Met by the rows with a lesser value. */
export function below(path: string, value: unknown): Condition {
  return {kind: 'lt', path: [path], value};
}

export const scan: Access = {kind: 'scan', isReverse: false};

export const byId: Ordering = {kind: 'sort', keys: []};

export function by(path: string): Ordering {
  return {kind: 'sort', keys: [{path, direction: 1}]};
}

/** A plan for all that an access reaches, as it comes. */
export function planOf(access: Access, changes: Partial<Plan> = {}): Plan {
  return {
    access,
    residual: {kind: 'always'},
    ordering: {kind: 'access'},
    limit: Infinity,
    skip: 0,
    estimatedRows: 0,
    ...changes,
  };
}

/** The keys of an index from one on, to another one that is not among them. */
export function range(index: string, first: unknown, end: unknown): Access {
  const low = new Cut([first], 'before');
  const high = new Cut([end], 'before');
  return {kind: 'ranges', index, ranges: [{low, high}], isReverse: false};
}

/** Keys of an index, which must be in order, each once. */
export function keys(index: string, keys: readonly unknown[]): Access {
  return {kind: 'keys', index, keys, isReverse: false};
}
