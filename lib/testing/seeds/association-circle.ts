import {InMemoryError} from '../../base/errors';

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
