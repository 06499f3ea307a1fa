import * as fc from 'fast-check';
import type {Row} from '../../../lib/value/copy';
import {anyPoint, plain, storedValue} from '../random';

const moment = fc
  .date({
    noInvalidDate: true,
    min: new Date('0100-01-01'),
    max: new Date('9999-01-01'),
  })
  .map(date => date.toISOString());

const text = fc.oneof(
  fc.string({maxLength: 4}),
  fc.constantFrom('', 'null', '1', 'true', '{"a":1}', '2024-01-01'),
);

/** What a column of rows may have, one kind a column. */
const kinds: readonly fc.Arbitrary<unknown>[] = [
  fc.boolean(),
  fc.integer(),
  fc.integer({min: 1, max: 4}),
  // Strict types refuse NaN.
  fc.double({noNaN: true}),
  text,
  fc.constantFrom('open', 'done'),
  moment,
  fc.oneof(moment, fc.date({noInvalidDate: true})),
  fc.uint8Array({maxLength: 3}).map(bytes => Buffer.from(bytes)),
  anyPoint.map(point => ({...point})),
  fc.array(fc.integer(), {maxLength: 3}),
  fc.array(moment, {maxLength: 2}),
  fc.array(fc.option(text), {maxLength: 2}),
  plain({city: text, at: moment, floor: fc.option(fc.integer())}),
  fc.array(plain({n: fc.integer(), when: moment}), {maxLength: 2}),
  storedValue,
];

const names = [
  'code',
  'email',
  'status',
  'countryId',
  'country',
  'cityId',
  'parentId',
  '__proto__',
];

/** A column of which some rows may have no value. */
const column = fc
  .tuple(fc.constantFrom(...kinds), fc.boolean())
  .map(([kind, isRequired]) =>
    isRequired ? kind : fc.oneof(kind, fc.constantFrom(null, undefined)),
  );

/** Rows of one random schema, each with the number `id`. */
const rowsOfOne: fc.Arbitrary<Row[]> = fc
  .dictionary(fc.constantFrom(...names), column, {maxKeys: 5})
  .chain(columns => {
    const values = Object.entries(columns);
    const row = fc.tuple(...values.map(([, value]) => value)).map(list => {
      // Entries make own properties, also of the name `__proto__`.
      const entries = list.map((value, i) => [values[i]![0], value] as const);
      return Object.fromEntries(
        entries.filter(([, value]) => value !== undefined),
      );
    });
    return fc.array(row, {maxLength: 24});
  })
  .map(rows => rows.map((row, i) => ({...row, id: i + 1})));

/** The rows of some tables that may refer to each other. */
export const typedTables: fc.Arbitrary<{City: Row[]; countries: Row[]}> = plain(
  {
    City: rowsOfOne,
    countries: rowsOfOne,
  },
);
