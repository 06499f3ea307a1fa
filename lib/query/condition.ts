import type {DistanceUnit, Point} from '../value/geo';
import type {LikePattern} from '../value/like';
import type {Path} from '../value/path';
import type {TextPattern} from '../value/text-pattern';
import type {OneOfTexts} from '../value/text-order';
import type {ValueTest} from '../value/value-test';

/** A test of the values under one path. */
export type Leaf =
  | {readonly kind: 'eq'; readonly path: Path; readonly value: unknown}
  | {
      readonly kind: 'gt' | 'gte' | 'lt' | 'lte';
      readonly path: Path;
      readonly value: unknown;
    }
  | {
      /** Both bounds belong to it, and are of one kind. */
      readonly kind: 'between';
      readonly path: Path;
      readonly low: unknown;
      readonly high: unknown;
    }
  | {
      readonly kind: 'in';
      readonly path: Path;
      /** In ascending order, without repetition. */
      readonly values: readonly unknown[];
    }
  /** A text that an order of the dialect's has equal to one of some. */
  | {readonly kind: 'sameText'; readonly path: Path; readonly texts: OneOfTexts}
  | {readonly kind: 'like'; readonly path: Path; readonly pattern: LikePattern}
  | {
      readonly kind: 'regexp';
      readonly path: Path;
      readonly pattern: TextPattern;
    };

/** A point within a distance; it also orders the rows. */
export interface Near {
  readonly kind: 'near';
  readonly path: Path;
  readonly center: Point;
  readonly unit: DistanceUnit;
  readonly minDistance: number;
  /** Infinity when there is no limit. */
  readonly maxDistance: number;
}

/** A test of arrays as a whole. */
export interface ElementsTest {
  readonly kind: 'contains' | 'containedBy' | 'containsAny';
  readonly path: Path;
  readonly values: readonly unknown[];
}

/** A `where` as data: what the planner reads and predicates are made of. */
export type Condition =
  | Leaf
  | Near
  | {readonly kind: 'always'}
  | {readonly kind: 'never'}
  | {readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[]}
  | {readonly kind: 'not'; readonly condition: Condition}
  /** Some value under the path does not pass the leaf: `neq`, `nin`, ... */
  | {
      readonly kind: 'differs';
      readonly leaf: Leaf;
      /** Whether null and missing differ, too: the dialect's choice. */
      readonly matchesNull: boolean;
    }
  /** Of each of the values some value under the path differs: many `neq`. */
  | {
      readonly kind: 'differsFromAll';
      readonly path: Path;
      /** No arrays. */
      readonly values: readonly unknown[];
      readonly matchesNull: boolean;
    }
  | {readonly kind: 'exists'; readonly path: Path}
  /** The value under the path, missing or not, passes a test of the dialect's. */
  | {readonly kind: 'passes'; readonly path: Path; readonly test: ValueTest}
  | ElementsTest;

/** A test of whether a value is one of those named. */
export type Equality = Extract<Leaf, {kind: 'eq' | 'in'}>;

/** The values that an equality names. */
export function equalValues(equality: Equality): readonly unknown[] {
  return equality.kind === 'eq' ? [equality.value] : equality.values;
}

/** The condition that every row meets. */
export const always: Condition = {kind: 'always'};

/** The condition that no row meets. */
export const never: Condition = {kind: 'never'};

/** Joins conditions; flat, and without those that say nothing. */
export function and(conditions: readonly Condition[]): Condition {
  const parts: Condition[] = [];
  for (const condition of conditions) {
    if (condition.kind === 'never') return never;
    // There may be more of them than a call can have arguments.
    if (condition.kind === 'and') {
      for (const part of condition.conditions) parts.push(part);
    } else if (condition.kind !== 'always') parts.push(condition);
  }
  if (parts.length === 0) return always;
  return parts.length === 1 ? parts[0]! : {kind: 'and', conditions: parts};
}

/** Any of the conditions; flat, and without those that never hold. */
export function or(conditions: readonly Condition[]): Condition {
  const parts: Condition[] = [];
  for (const condition of conditions) {
    if (condition.kind === 'always') return always;
    if (condition.kind === 'or') {
      for (const part of condition.conditions) parts.push(part);
    } else if (condition.kind !== 'never') parts.push(condition);
  }
  if (parts.length === 0) return never;
  return parts.length === 1 ? parts[0]! : {kind: 'or', conditions: parts};
}

/** The opposite of a condition. */
export function not(condition: Condition): Condition {
  if (condition.kind === 'always') return never;
  if (condition.kind === 'never') return always;
  return condition.kind === 'not'
    ? condition.condition
    : {kind: 'not', condition};
}

/** The parts of a condition that must all hold. */
export function conjuncts(condition: Condition): readonly Condition[] {
  if (condition.kind === 'always') return [];
  return condition.kind === 'and' ? condition.conditions : [condition];
}
