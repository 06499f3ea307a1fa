import type {Path} from '../value/path';
import {ValueMap} from '../value/value-map';
import {
  and,
  type Condition,
  conjuncts,
  type Equality,
  equalValues,
} from './condition';

/** So few alternatives are tested one by one. */
const maxTested = 8;

/** Alternatives that each begin with an equality on one path. */
interface Grouped {
  readonly path: Path;
  /** The numbers of those whose equality a value meets. */
  readonly branches: ValueMap<number[]>;
  /** What each of them asks besides. */
  readonly rests: readonly Condition[];
}

/** Alternatives, taken apart. */
interface Alternatives {
  readonly grouped: Grouped | undefined;
  readonly others: readonly Condition[];
}

/**
 * Groups those of many alternatives that have an equality on one path, as a list
 * of ids with several parts has: `or: [{a: 1, b: 1}, {a: 1, b: 2}, ...]`. Of all
 * such paths it takes the one with the most different values.
 */
export function byEquality(conditions: readonly Condition[]): Alternatives {
  const path =
    conditions.length > maxTested ? mostTelling(conditions) : undefined;
  if (path === undefined) return {grouped: undefined, others: conditions};
  const branches = new ValueMap<number[]>();
  const rests: Condition[] = [];
  const others: Condition[] = [];
  for (const condition of conditions) {
    const parts = conjuncts(condition);
    const equality = parts.find(
      (part): part is Equality => isEquality(part) && keyOf(part) === path,
    );
    if (equality === undefined) {
      others.push(condition);
      continue;
    }
    const rest = rests.push(and(parts.filter(part => part !== equality))) - 1;
    for (const value of equalValues(equality)) {
      branches.add(value, []);
      branches.get(value)!.push(rest);
    }
  }
  return {grouped: {path: path.split('.'), branches, rests}, others};
}

/** The path on which equalities have the most different values, if there are many. */
function mostTelling(conditions: readonly Condition[]): string | undefined {
  const seen = new Map<string, {values: ValueMap<true>; count: number}>();
  let best: string | undefined;
  let most = maxTested;
  for (const condition of conditions) {
    for (const part of conjuncts(condition)) {
      if (!isEquality(part)) continue;
      const key = keyOf(part);
      const known = seen.get(key) ?? {values: new ValueMap<true>(), count: 0};
      seen.set(key, known);
      const isNew = (value: unknown) => known.values.add(value, true);
      known.count += equalValues(part).filter(isNew).length;
      if (known.count > most) {
        best = key;
        most = known.count;
      }
    }
  }
  return best;
}

/** Whether a condition is met by a value alone: not by an array as a whole. */
function isEquality(condition: Condition): condition is Equality {
  switch (condition.kind) {
    case 'eq':
      return !Array.isArray(condition.value);
    case 'in':
      return !condition.values.some(Array.isArray);
    default:
      return false;
  }
}

function keyOf({path}: Equality): string {
  return path.join('.');
}
