import {areSameNoun, wordsOf} from './name-words';

/** Last words of names whose values are, as a rule, each there once. */
const uniqueWords = new Set([
  'barcode',
  'code',
  'ean',
  'email',
  'guid',
  'handle',
  'iban',
  'isbn',
  'key',
  'login',
  'mail',
  'sku',
  'slug',
  'token',
  'username',
  'uuid',
]);

/** Whether a column is called like one of which all values are different. */
export function isCalledUnique(column: string): boolean {
  const words = wordsOf(column);
  return uniqueWords.has(words.at(-1) ?? '') || words.join('') === 'username';
}

/**
 * How well a column's name fits the id of a table: 0 for `id`, 1 for `cityId` of
 * the cities, 2 for `uuid`; undefined when it does not.
 */
export function idRank(column: string, table: string): number | undefined {
  const words = wordsOf(column);
  const joined = words.join('');
  if (joined === 'id') return 0;
  if (joined === 'uuid' || joined === 'guid') return 2;
  if (!joined.endsWith('id')) return undefined;
  const noun =
    words.at(-1) === 'id' ? words.slice(0, -1) : [joined.slice(0, -2)];
  return areSameNoun(noun, wordsOf(table)) ? 1 : undefined;
}

/** A table to which others may refer. */
export interface ReferredTable {
  readonly name: string;
  /** The column that identifies its rows. */
  readonly id: string;
}

/**
 * How well a column's name says that its values are ids of a table, less being
 * better; undefined when it does not. `own` is the table that has the column.
 *
 *   countryId, country_id, countryid      0  the table, and the name of an id
 *   countryCode, where `code` is the id   0
 *   country                               1  the table
 *   homeCountryId                         2  the same with words before it
 *   parentId                              3  in the table itself
 */
export function referenceRank(
  column: string,
  {id, name}: ReferredTable,
  own: string,
): number | undefined {
  const words = wordsOf(column);
  const table = wordsOf(name);
  const idWords = wordsOf(id);
  if (areSameNoun(words, table)) return 1;
  for (const ending of [['id'], idWords]) {
    const noun = withoutEnding(words, ending);
    if (noun === undefined) continue;
    if (areSameNoun(noun, table)) return 0;
    if (noun.length > table.length) {
      if (areSameNoun(noun.slice(-table.length), table)) return 2;
    }
    if (name === own && noun.join('') === 'parent') return 3;
  }
  return undefined;
}

/** The words before an ending, which may be grown together with them. */
function withoutEnding(
  words: readonly string[],
  ending: readonly string[],
): string[] | undefined {
  const joined = ending.join('');
  if (words.slice(-ending.length).join('') === joined) {
    const left = words.slice(0, -ending.length);
    return left.length > 0 ? left : undefined;
  }
  const last = words.at(-1);
  return last?.endsWith(joined) === true
    ? [...words.slice(0, -1), last.slice(0, -joined.length)]
    : undefined;
}
