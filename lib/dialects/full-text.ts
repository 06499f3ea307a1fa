import {InMemoryError} from '../base/errors';

/** The error of an operator that searches texts for words, as databases do it. */
export function fullTextSearch(
  property: string,
  operator: string,
): InMemoryError {
  return new InMemoryError(
    'NOT_EMULATED',
    `There is no full-text search in memory: ${operator} on ${property} is not ` +
      'emulated. Use like, or run this test against the database itself.',
    {property},
  );
}
