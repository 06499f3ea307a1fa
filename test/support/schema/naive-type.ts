import {isMoment} from '../../../lib/schema/sightings';
import {type ColumnType, isElementType} from '../../../lib/value/coerce';
import {toPoint} from '../../../lib/value/geo';

type Test = (value: any) => boolean;

const isDate: Test = value => value instanceof Date;
const isPlain: Test = value =>
  typeof value === 'object' &&
  !isDate(value) &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array);

/** What fits each type, in the order in which they are tried. */
const tests: readonly (readonly [ColumnType, Test])[] = [
  ['boolean', value => typeof value === 'boolean'],
  ['number', value => typeof value === 'number'],
  [
    'date',
    value => isDate(value) || (typeof value === 'string' && isMoment(value)),
  ],
  ['string', value => typeof value === 'string'],
  ['bytes', value => value instanceof Uint8Array],
  [
    'point',
    value =>
      isPlain(value) &&
      Object.keys(value).toSorted().join(',') === 'lat,lng' &&
      typeof value.lat === 'number' &&
      typeof value.lng === 'number' &&
      toPoint(value) !== undefined,
  ],
  ['object', isPlain],
];

/** The type that all values have but those that are none, by trying each type. */
export function naiveType(values: readonly unknown[]): ColumnType {
  const given = values.filter(value => value !== null && value !== undefined);
  if (given.length === 0) return 'any';
  if (given.every(Array.isArray)) {
    const elements = (given as unknown[][]).flat();
    const type = elements.includes(null) ? 'any' : naiveType(elements);
    return isElementType(type) ? `${type}[]` : 'array';
  }
  const found = tests.find(([, test]) => given.every(test));
  return found?.[0] ?? 'any';
}
