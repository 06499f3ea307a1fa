import {InMemoryError, show} from '../../base/errors';
import {isRecord} from '../../base/objects';

/** An attribute that is being created, and whose it is, as in `User.boss`. */
export interface Creating {
  readonly attribute: unknown;
  readonly text: string;
}

/**
 * Fails with INVALID_SETTING on an attribute that its own creation leads to: it is the
 * same each time, and would create rows for ever.
 */
export function refuseCircle(
  attribute: unknown,
  way: readonly Creating[],
  text: string,
): void {
  const begin = way.findIndex(each => each.attribute === attribute);
  if (begin === -1) return;
  const circle = [...way.slice(begin), {text}].map(each => each.text);
  throw new InMemoryError(
    'INVALID_SETTING',
    `Factories refer to each other in a circle, which has no end: ${circle.join(' -> ')}. ` +
      'Leave one of these attributes out where it is created for the other, as in ' +
      'association(factory, {attribute: undefined}).',
    {property: 'association'},
  );
}

/** Fails with INVALID_SETTING on what are no attributes of a row. */
export function requireAttributes(attributes: unknown): void {
  if (isRecord(attributes)) return;
  throw new InMemoryError(
    'INVALID_SETTING',
    `The attributes of a row must be an object, as in {name: 'Ann'}, and are ` +
      `${show(attributes)}.`,
    {property: 'attributes', value: attributes},
  );
}

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
