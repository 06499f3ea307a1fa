import type {Row} from '../value/copy';
import type {Path} from '../value/path';
import {
  type Comparison,
  isOperand,
  type Operand,
  type RowCode,
} from '../value/row-code';
import type {Condition} from './condition';
import {compilePredicate, type Predicate} from './predicate';

/** Those of some rows that meet a condition, in their order. */
export type RowFilter = (rows: readonly Row[]) => readonly Row[];

/**
 * A filter of many rows of one table at a time. It finds what a predicate finds, with
 * few calls for each row: conditions on numbers, texts, booleans and dates are decided
 * in loops over the values of one property.
 */
export function compileFilter(condition: Condition, code: RowCode): RowFilter {
  if (condition.kind === 'always') return rows => rows;
  const sieve = compileSieve(condition, code);
  const found: Row[] = [];
  return rows => found.slice(0, sieve(rows, rows.length, found));
}

/** Puts the rows that meet a condition into `found`; see `Select`. */
type Sieve = (rows: readonly Row[], count: number, found: Row[]) => number;

function compileSieve(condition: Condition, code: RowCode): Sieve {
  if (condition.kind === 'and') {
    return inTurn(condition.conditions.map(each => compileSieve(each, code)));
  }
  const matches = compilePredicate(condition);
  const loops: Sieve[] = [];
  for (const {path, comparison, operand} of comparisonsOf(condition)) {
    const select = code.select(path, comparison, operand);
    if (select === undefined) return byPredicate(matches);
    const sought = {operand, otherwise: matches};
    loops.push((rows, count, found) => select(rows, count, found, sought));
  }
  if (loops.length === 0) return byPredicate(matches);
  return loops.length === 1 ? loops[0]! : inTurn(loops);
}

function inTurn(sieves: readonly Sieve[]): Sieve {
  return (rows, count, found) => {
    let left = rows;
    let leftCount = count;
    for (const sieve of sieves) {
      leftCount = sieve(left, leftCount, found);
      left = found;
    }
    return leftCount;
  };
}

function byPredicate(matches: Predicate): Sieve {
  return (rows, count, found) => {
    let n = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[i]!;
      if (matches(row)) found[n++] = row;
    }
    return n;
  };
}

/** What a value of its operand's type is to be for a condition to be met. */
interface Comparing {
  readonly path: Path;
  readonly comparison: Comparison;
  readonly operand: Operand;
}

/**
 * Comparisons that decide a condition together, where values have the types of the
 * operands; none for conditions that are decided in other ways.
 */
function comparisonsOf(condition: Condition): readonly Comparing[] {
  switch (condition.kind) {
    case 'eq':
      return comparing(condition.path, 'equal', condition.value);
    case 'gt':
      return inOrder(condition.path, 'greater', condition.value);
    case 'gte':
      return inOrder(condition.path, 'greaterOrEqual', condition.value);
    case 'lt':
      return inOrder(condition.path, 'less', condition.value);
    case 'lte':
      return inOrder(condition.path, 'lessOrEqual', condition.value);
    case 'between': {
      const low = inOrder(condition.path, 'greaterOrEqual', condition.low);
      const high = inOrder(condition.path, 'lessOrEqual', condition.high);
      return low.length > 0 && high.length > 0 ? [...low, ...high] : [];
    }
    case 'differs':
      return condition.leaf.kind === 'eq'
        ? comparing(condition.leaf.path, 'notEqual', condition.leaf.value)
        : [];
    default:
      return [];
  }
}

function comparing(
  path: Path,
  comparison: Comparison,
  operand: unknown,
): readonly Comparing[] {
  return isOperand(operand) ? [{path, comparison, operand}] : [];
}

/** As {@link comparing}, for comparisons that booleans have by their kind alone. */
function inOrder(
  path: Path,
  comparison: Comparison,
  operand: unknown,
): readonly Comparing[] {
  return typeof operand === 'boolean'
    ? []
    : comparing(path, comparison, operand);
}
