import {InMemoryError, show} from '../../base/errors';
import {isRecord} from '../../base/objects';
import {meant} from './mistakes';

/** Fails with INVALID_SETTING on options of a function that it does not have. */
export function requireKnown(
  of: string,
  options: object,
  known: readonly string[],
): void {
  if (!isRecord(options)) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `The options of ${of} must be an object, and are ${show(options)}.`,
      {property: 'options', value: options},
    );
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new InMemoryError(
      'INVALID_SETTING',
      `${of} has no option ${show(name)}; it has ${known.join(', ')}${meant(name, known)}.`,
      {property: name},
    );
  }
}
