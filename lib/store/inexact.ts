import type {Row} from '../value/copy';

/**
 * Whether another form of a value equals it: `1` equals `1n`, 0 equals -0, one
 * invalid date NaN, and bytes, arrays and objects equal others of their content.
 * An entry of an index is under a key that equals the value of its row, so of
 * such a value it does not tell the form. (Null, which equals missing, is not
 * meant: it is too frequent, and a key tells by itself that it is null.)
 */
export function isInexact(value: unknown): boolean {
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) || Object.is(value, -0);
    case 'object':
      if (value === null) return false;
      return !(value instanceof Date) || Number.isNaN(value.getTime());
    case 'bigint':
      return true;
    default:
      return false;
  }
}

/**
 * Whether a row has an inexact value at one of some places. Texts are inexact
 * where others equal them.
 */
export function hasInexact(
  getters: readonly ((row: Row) => unknown)[],
  areTextsInexact: boolean,
): (row: Row) => boolean {
  if (areTextsInexact) {
    return row =>
      getters.some(get => {
        const value = get(row);
        return typeof value === 'string' || isInexact(value);
      });
  }
  return row => {
    for (const get of getters) if (isInexact(get(row))) return true;
    return false;
  };
}
