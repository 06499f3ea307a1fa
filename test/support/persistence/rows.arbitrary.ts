import * as fc from 'fast-check';
import type {TableChange} from '../../../lib/persistence/journal/commit-codec';
import {storedRow, storedValue} from '../random';

/** Keys that could be taken for something else. */
const oddKeys = fc.constantFrom(
  '',
  '/',
  '~',
  '~1',
  'a/b',
  '0',
  '__proto__',
  'types',
  '$date',
  '\ud800',
);

const oddValues = fc.oneof(
  {arbitrary: storedValue, weight: 4},
  fc.constant(Number.NaN),
  fc.constant(null).map(() => new Date(Number.NaN)),
  fc.constant(new Date(-8.64e15)),
  fc.constantFrom('\udc00\ud800', '\u2028\n\0', 'Invalid Date', 'NaN', '12n'),
  fc.bigInt(),
  fc.string({unit: 'binary', maxLength: 4}),
);

/** Anything that can be stored. */
export const anyStored: fc.Arbitrary<unknown> = fc.letrec<{value: unknown}>(
  tie => ({
    value: fc.oneof(
      {maxDepth: 3, withCrossShrink: true},
      {arbitrary: oddValues, weight: 4},
      fc.array(tie('value'), {maxLength: 3}),
      fc.dictionary(oddKeys, tie('value'), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
    ),
  }),
).value;

/** Any row. */
export const anyRow: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  storedRow,
  fc.dictionary(oddKeys, anyStored, {maxKeys: 4, noNullPrototype: true}),
);

const change: fc.Arbitrary<TableChange> = fc.record(
  {
    table: fc.constantFrom('City', '__proto__', 'ä\n'),
    truncate: fc.constant(true as const),
    del: fc.array(anyStored, {maxLength: 3}),
    put: fc.array(fc.tuple(anyStored, anyRow), {maxLength: 3}),
    next: fc.nat(),
    restartsIds: fc.constant(true as const),
  },
  {requiredKeys: ['table'], noNullPrototype: true},
);

/** The changes of any commit. */
export const anyCommit: fc.Arbitrary<TableChange[]> = fc.array(change, {
  maxLength: 3,
});
