import {compareValues, kindOf} from '../value/compare';
import {
  and,
  type Condition,
  type ElementsTest,
  type Equality,
  equalValues,
  type Leaf,
  not,
  or,
} from './condition';

/*
 * What a client can say in many clauses is made one that a set can answer, so that
 * no row is tested by each of them:
 *
 *   or   of equalities and lists on one path       a list
 *        of lower bounds on one path, or upper     the weakest of them
 *        of contains and containsAny on one path   one containsAny
 *   and  of neq on one path                        differsFromAll
 *        of lower bounds on one path, or upper     the strongest of them
 *        of several not                            one not of an or
 *        of contains on one property               one contains
 *
 * Each holds for rows with arrays, too, where a path leads to several values:
 * "one is 1 or one is 2" is "one is among 1, 2"; but "one is not 1 and one is not
 * 2" is met by [1, 2], and so is no `nin`.
 */

/** A condition that is met by the same rows, and tested in fewer steps. */
export function simplified(condition: Condition): Condition {
  switch (condition.kind) {
    case 'and': {
      const whole = and(condition.conditions.map(simplified));
      return whole.kind === 'and' ? and(joined('and', whole)) : whole;
    }
    case 'or': {
      const whole = or(condition.conditions.map(simplified));
      return whole.kind === 'or' ? or(joined('or', whole)) : whole;
    }
    case 'not':
      return not(simplified(condition.condition));
    default:
      return condition;
  }
}

/** Clauses that may become one, in the order in which they came. */
class Groups {
  private readonly groups = new Map<string, Condition[]>();

  add(key: string, condition: Condition): void {
    const group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, [condition]);
    else group.push(condition);
  }

  /** What `join` makes of those groups that have more than one clause. */
  join(join: (clauses: readonly Condition[]) => Condition): Condition[] {
    return [...this.groups.values()].map(clauses =>
      clauses.length === 1 ? clauses[0]! : join(clauses),
    );
  }
}

function joined(
  kind: 'and' | 'or',
  {conditions}: {readonly conditions: readonly Condition[]},
): Condition[] {
  const groups = new Groups();
  conditions.forEach((condition, place) => {
    const key = kind === 'or' ? keyInOr(condition) : keyInAnd(condition);
    groups.add(key ?? `${place}`, condition);
  });
  return groups.join(kind === 'or' ? joinInOr : joinInAnd);
}

function keyInOr(condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'eq':
    case 'in':
      return `in ${pathOf(condition)}`;
    case 'contains':
      // Several values that all must be there are no list of alternatives.
      return condition.values.length === 1
        ? `any ${pathOf(condition)}`
        : undefined;
    case 'containsAny':
      return `any ${pathOf(condition)}`;
    default:
      return boundKey(condition) ?? repetitionKey(condition);
  }
}

function keyInAnd(condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'not':
      return 'not';
    case 'differs':
      return condition.leaf.kind === 'eq' &&
        !Array.isArray(condition.leaf.value)
        ? `differs ${condition.matchesNull} ${pathOf(condition.leaf)}`
        : undefined;
    case 'contains':
      // A longer path may lead to several arrays.
      return condition.path.length === 1
        ? `all ${pathOf(condition)}`
        : undefined;
    default:
      return boundKey(condition) ?? repetitionKey(condition);
  }
}

function boundKey(condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'gt':
    case 'gte':
      return `low ${kindOf(condition.value)} ${pathOf(condition)}`;
    case 'lt':
    case 'lte':
      return `high ${kindOf(condition.value)} ${pathOf(condition)}`;
    default:
      return undefined;
  }
}

/** What is the same for clauses that say the same. */
function repetitionKey(condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'like': {
      const {ignoresCase, source} = condition.pattern;
      return `like ${ignoresCase} ${JSON.stringify([condition.path, source])}`;
    }
    case 'near':
    case 'exists':
      return JSON.stringify(condition);
    default:
      return undefined;
  }
}

function pathOf({path}: {readonly path: readonly string[]}): string {
  return path.join('.');
}

function joinInOr(clauses: readonly Condition[]): Condition {
  const [first] = clauses as readonly [Condition];
  switch (first.kind) {
    case 'eq':
    case 'in':
      return listOf(clauses as readonly Equality[], first.path);
    case 'contains':
    case 'containsAny':
      return {...first, kind: 'containsAny', values: valuesOf(clauses)};
    case 'gt':
    case 'gte':
      return extreme(clauses as readonly Bound[], -1);
    case 'lt':
    case 'lte':
      return extreme(clauses as readonly Bound[], 1);
    default:
      return first;
  }
}

function joinInAnd(clauses: readonly Condition[]): Condition {
  const [first] = clauses as readonly [Condition];
  switch (first.kind) {
    case 'not':
      return not(
        simplified(
          or(
            clauses.map(clause =>
              clause.kind === 'not' ? clause.condition : clause,
            ),
          ),
        ),
      );
    case 'differs': {
      const {leaf, matchesNull} = first;
      const values = clauses.flatMap(clause =>
        clause.kind === 'differs' && clause.leaf.kind === 'eq'
          ? [clause.leaf.value]
          : [],
      );
      return {kind: 'differsFromAll', path: leaf.path, values, matchesNull};
    }
    case 'contains':
      return {...first, values: valuesOf(clauses)};
    case 'gt':
    case 'gte':
      return extreme(clauses as readonly Bound[], 1);
    case 'lt':
    case 'lte':
      return extreme(clauses as readonly Bound[], -1);
    default:
      return first;
  }
}

function listOf(
  clauses: readonly Equality[],
  path: readonly string[],
): Condition {
  const values = clauses
    .flatMap(equalValues)
    .sort(compareValues)
    .filter(
      (value, i, all) => i === 0 || compareValues(all[i - 1], value) !== 0,
    );
  return values.length === 1
    ? {kind: 'eq', path, value: values[0]}
    : {kind: 'in', path, values};
}

function valuesOf(clauses: readonly Condition[]): unknown[] {
  return (clauses as readonly ElementsTest[]).flatMap(({values}) => values);
}

type Bound = Extract<Leaf, {kind: 'gt' | 'gte' | 'lt' | 'lte'}>;

/**
 * The bound that comes last in the order of values, or first; where the values
 * are equal, the one that is stricter if all must hold, else the other.
 */
function extreme(bounds: readonly Bound[], direction: 1 | -1): Bound {
  return bounds.reduce((best, bound) => {
    const difference = compareBounds(bound, best) * direction;
    return difference > 0 ? bound : best;
  });
}

/** By value; what is just below a value comes before what is just above it. */
function compareBounds(a: Bound, b: Bound): number {
  return compareValues(a.value, b.value) || sideOf(a) - sideOf(b);
}

function sideOf({kind}: Bound): number {
  return kind === 'gt' || kind === 'lte' ? 1 : 0;
}
