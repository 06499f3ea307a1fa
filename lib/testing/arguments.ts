import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';

/** Fails with INVALID_SETTING where what is to be run is no function. */
export function requireFunction(caller: string, fn: unknown): void {
  if (typeof fn === 'function') return;
  throw new InMemoryError(
    'INVALID_SETTING',
    `${caller}() wants a function to run, not ${show(fn)}.`,
    {property: 'fn', value: fn},
  );
}

/** Fails with INVALID_SETTING on options of a function that it does not have. */
export function refuseUnknownOptions(
  caller: string,
  options: object,
  known: readonly string[],
): void {
  if (!isRecord(options)) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `The options of ${caller}() must be an object, and are ${show(options)}.`,
      {property: 'options', value: options},
    );
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    const hint = guess === undefined ? '' : ` (did you mean ${guess}?)`;
    throw new InMemoryError(
      'INVALID_SETTING',
      `${caller}() has no option ${show(name)}; it has ${known.join(', ')}${hint}.`,
      {property: name},
    );
  }
}
