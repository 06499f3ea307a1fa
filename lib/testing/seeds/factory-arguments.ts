import {InMemoryError, show} from '../../base/errors';

/** Fails with INVALID_SETTING on what is no number of rows. */
export function requireCount(count: number): void {
  if (Number.isInteger(count) && count >= 0) return;
  throw new InMemoryError(
    'INVALID_SETTING',
    `${show(count)} is no number of rows: it must be a whole number from 0 on.`,
    {property: 'count', value: count},
  );
}

/** Fails with INVALID_SETTING on what is no range of whole numbers. */
export function requireRange(least: number, greatest: number): void {
  const areWhole = Number.isInteger(least) && Number.isInteger(greatest);
  if (areWhole && least <= greatest) return;
  throw new InMemoryError(
    'INVALID_SETTING',
    `integer(${show(least)}, ${show(greatest)}) is no range: give the least and the ` +
      'greatest whole number.',
    {property: 'integer'},
  );
}

/** Fails with INVALID_SETTING where there is nothing to pick from. */
export function requireValues(values: unknown): void {
  if (Array.isArray(values) && values.length > 0) return;
  throw new InMemoryError(
    'INVALID_SETTING',
    `pick(${show(values)}) has nothing to pick: give a list that is not empty.`,
    {property: 'pick'},
  );
}
