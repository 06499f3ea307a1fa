import type {Key} from '../store/tree/key-order';
import type {KeyRange} from '../store/tree/tree';
import type {Condition, Near} from './condition';
import type {OrderKey} from './order';

/**
 * How the rows are reached. `index` is an index's name, or PRIMARY for the
 * table's own tree, which is sorted by id.
 */
export type Access =
  /** No row can match. */
  | {readonly kind: 'none'}
  /** Every row, by id. */
  | {readonly kind: 'scan'; readonly isReverse: boolean}
  /** The rows under some keys, in the index's order. */
  | {
      readonly kind: 'keys';
      readonly index: string;
      readonly keys: readonly Key[];
      readonly isReverse: boolean;
    }
  /** The rows in some ranges of an index, in the index's order. */
  | {
      readonly kind: 'ranges';
      readonly index: string;
      readonly ranges: readonly KeyRange[];
      readonly isReverse: boolean;
    }
  /** The rows of several accesses, each row once. */
  | {readonly kind: 'union'; readonly branches: readonly Access[]}
  /** Rows around a point, from a geo index. */
  | {readonly kind: 'near'; readonly index: string; readonly near: Near};

/** A `near` whose distance orders the rows that meet its branch of an `or`. */
export interface OrderingNear {
  readonly near: Near;
  readonly branch: Condition;
}

/** How the rows that were reached are put in order. */
export type Ordering =
  /** They come in order. */
  | {readonly kind: 'access'}
  /** They are sorted by these keys, then by id. */
  | {readonly kind: 'sort'; readonly keys: readonly OrderKey[]}
  /** They are sorted by the least of their distances, then by id. */
  | {readonly kind: 'distance'; readonly nears: readonly OrderingNear[]};

/** How the rows that meet a condition are counted, as data. */
export interface CountPlan {
  readonly access: Access;
  /** What the access has not seen to: every row reached is tested with it. */
  readonly residual: Condition;
}

/** How a query is answered, as data. */
export interface Plan extends CountPlan {
  readonly ordering: Ordering;
  readonly limit: number;
  readonly skip: number;
  /** The planner's guess of the rows that the access reaches. */
  readonly estimatedRows: number;
  /**
   * The properties that are taken from the entries of the index, so that no row
   * is read; undefined where rows are.
   */
  readonly covered?: readonly string[];
  /** Whether these are all that is wanted: what is found is what the caller gets. */
  readonly isAnswer?: boolean;
}
