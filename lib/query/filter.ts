import {unreachable} from '../base/assert';
import type {Row} from '../value/copy';
import {compileSelect, type ValueTest} from '../value/select';
import type {Condition} from './condition';
import {compilePredicate, type Predicate} from './predicate';

/** Those of some rows that meet a condition, in their order. */
export type RowFilter = (rows: readonly Row[]) => readonly Row[];

/**
 * A filter of many rows at a time. It finds what a predicate finds, with few
 * calls for each row: conditions on numbers, texts and booleans are decided in
 * loops over the values of one property.
 */
export function compileFilter(condition: Condition): RowFilter {
  if (condition.kind === 'always') return rows => rows;
  const sieve = compileSieve(condition);
  const found: Row[] = [];
  return rows => found.slice(0, sieve(rows, rows.length, found));
}

/** Puts the rows that meet a condition into `found`; see `Select`. */
type Sieve = (rows: readonly Row[], count: number, found: Row[]) => number;

function compileSieve(condition: Condition): Sieve {
  if (condition.kind === 'and') {
    return inTurn(condition.conditions.map(compileSieve));
  }
  const matches = compilePredicate(condition);
  const test = quickTest(condition, matches);
  if (test === undefined || !('path' in condition)) return byPredicate(matches);
  const select = compileSelect(condition.path);
  return (rows, count, found) => select(rows, count, found, test);
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

/**
 * Decides what a condition says of a value and its row, by the predicate where
 * the value is not of the operand's type. Undefined for other conditions.
 */
function quickTest(
  condition: Condition,
  matches: Predicate,
): ValueTest<Row> | undefined {
  switch (condition.kind) {
    case 'eq':
      return equalTest(condition.value, matches);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return typeof condition.value === 'number'
        ? rangeTest(condition.kind, condition.value, matches)
        : undefined;
    default:
      return undefined;
  }
}

// A function for each type: the engine compares fast what is all alike.

function equalTest(
  operand: unknown,
  matches: Predicate,
): ValueTest<Row> | undefined {
  switch (typeof operand) {
    case 'boolean':
      return (value, row) =>
        typeof value === 'boolean' ? value === operand : matches(row);
    case 'number':
      return (value, row) =>
        typeof value === 'number' ? value === operand : matches(row);
    case 'string':
      return (value, row) =>
        typeof value === 'string' ? value === operand : matches(row);
    default:
      return undefined;
  }
}

function rangeTest(
  kind: 'gt' | 'gte' | 'lt' | 'lte',
  operand: number,
  matches: Predicate,
): ValueTest<Row> {
  switch (kind) {
    case 'gt':
      return (value, row) =>
        typeof value === 'number' ? value > operand : matches(row);
    case 'gte':
      return (value, row) =>
        typeof value === 'number' ? value >= operand : matches(row);
    case 'lt':
      return (value, row) =>
        typeof value === 'number' ? value < operand : matches(row);
    case 'lte':
      return (value, row) =>
        typeof value === 'number' ? value <= operand : matches(row);
    default:
      return unreachable(kind);
  }
}
