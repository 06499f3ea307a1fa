import * as fc from 'fast-check';

/**
 * What all random inputs of this run are made from: `FC_SEED`, or the clock. A
 * failure prints it; with `FC_SEED` set to that, the inputs are the same again.
 */
export const seed = Number(process.env.FC_SEED ?? Date.now()) % 2 ** 31;

/** Tries a property on random inputs. */
export function tryOften<Ts>(property: fc.IProperty<Ts>, runs = 200): void {
  fc.assert(property, parameters(runs));
}

/** As {@link tryOften}, for what takes several turns of the event loop. */
export function tryOftenAsync<Ts>(
  property: fc.IAsyncProperty<Ts>,
  runs = 200,
  limitMs?: number,
): Promise<void> {
  return fc.assert(property, parameters(runs, limitMs));
}

function parameters(numRuns: number, interruptAfterTimeLimit = 20_000) {
  // Shrinking must end before mocha loses patience, or nothing is printed.
  return {seed, numRuns, interruptAfterTimeLimit};
}

/** Objects with these properties, with the prototype that rows have. */
export function plain<T extends object>(properties: {
  [K in keyof T]: fc.Arbitrary<T[K]>;
}): fc.Arbitrary<T> {
  return fc.record<T>(properties, {noNullPrototype: true});
}

/** Keys of objects: few, so that objects often share some, and the odd ones. */
const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'ä');

/** Whole numbers around the place where a double begins to skip some. */
const hugeInteger = fc
  .tuple(fc.constantFrom(0n, 2n ** 53n, -(2n ** 53n), 2n ** 70n), fc.nat(6))
  .map(([base, offset]) => base + BigInt(offset) - 3n);

const numbers = fc.oneof(
  fc.integer({min: -3, max: 3}),
  fc.double({noNaN: true}),
  fc.constantFrom(-0, 0, 0.5, Infinity, -Infinity),
  hugeInteger.map(Number),
);

const bytes = fc.oneof(
  fc.uint8Array({maxLength: 3}),
  fc.uint8Array({maxLength: 3}).map(array => Buffer.from(array)),
);

const validScalars = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  {arbitrary: numbers, weight: 3},
  {arbitrary: hugeInteger, weight: 2},
  fc.constantFrom('', 'a', 'b', 'ab', 'é', '\ud83d\ude00', '\uffff'),
  fc.string({maxLength: 3}),
  fc.date({noInvalidDate: true}),
  fc.constantFrom(0, 1, 2).map(time => new Date(time)),
  bytes,
);

const oddScalars = fc.oneof(
  {arbitrary: validScalars, weight: 9},
  fc.constant(undefined),
  fc.constant(Number.NaN),
  fc.constant(undefined).map(() => new Date(Number.NaN)),
);

function nested(scalars: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.letrec<{value: unknown}>(tie => ({
    value: fc.oneof(
      {maxDepth: 3, withCrossShrink: true},
      {arbitrary: scalars, weight: 4},
      fc.array(tie('value'), {maxLength: 3}),
      objects(tie('value')),
    ),
  })).value;
}

function objects(
  values: fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.dictionary(keys, values, {maxKeys: 3, noNullPrototype: true});
}

/** Values of all kinds, the invalid ones and `undefined` too. */
export const anyValue: fc.Arbitrary<unknown> = nested(oddScalars);

/** Values that are stored as they are: nothing invalid, nothing missing. */
export const storedValue: fc.Arbitrary<unknown> = nested(validScalars);

/** Rows of such values. */
export const storedRow: fc.Arbitrary<Record<string, unknown>> =
  objects(storedValue);

/** Rows as callers hand them in, with gaps in objects and arrays. */
export const rowWithGaps: fc.Arbitrary<Record<string, unknown>> = objects(
  nested(fc.oneof(validScalars, fc.constant(undefined))),
);

/** Points on the earth; the poles, the date line and its surroundings often. */
export const anyPoint: fc.Arbitrary<{lat: number; lng: number}> = fc.record({
  lat: fc.oneof(
    fc.double({min: -90, max: 90, noNaN: true}),
    fc.constantFrom(-90, -89.999, 0, 89.999, 90),
  ),
  lng: fc.oneof(
    fc.double({min: -180, max: 180, noNaN: true}),
    fc.constantFrom(-180, -179.999, 0, 179.999, 180),
  ),
});
