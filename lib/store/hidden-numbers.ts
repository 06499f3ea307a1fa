import type {Row} from '../value/copy';
import {withHiddenId} from './table';
import type {Key} from './tree/key-order';

/**
 * The hidden numbers of rows that have had these ids, in their order, and are to be
 * told apart by none: the ids where all are numbers that rows could have been
 * given, as texts or not, else 1, 2 and so on. Live tables, data files and
 * journals come to the same numbers, for a journal knows rows by them.
 */
export function hiddenNumbers(ids: readonly Key[]): number[] {
  const numbers = ids.map(numberOf);
  const areOwn =
    !numbers.includes(Number.NaN) && new Set(numbers).size === ids.length;
  return areOwn ? numbers : ids.map((_, i) => i + 1);
}

/** Copies of rows with the {@link hiddenNumbers} that they have after their ids. */
export function withHiddenNumbers(
  rows: readonly Row[],
  ids: readonly Key[],
): Row[] {
  const numbers = hiddenNumbers(ids);
  return rows.map((row, i) => withHiddenId(row, numbers[i]!));
}

/** NaN where an id is no number that can be counted on from. */
function numberOf(id: Key): number {
  const isText = typeof id === 'string';
  if (!isText && typeof id !== 'number' && typeof id !== 'bigint') {
    return Number.NaN;
  }
  const text = String(id);
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return number < Number.MAX_SAFE_INTEGER ? number : Number.NaN;
}
