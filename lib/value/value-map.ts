import {compareValues, Kind, kindOf} from './compare';

/**
 * What belongs to values, found by the one order of values: 1 is 1n, null is
 * missing, and all that is invalid is one value. O(1), and O(log n) where the
 * value is bytes, an array or an object.
 */
export class ValueMap<T> {
  private readonly plain = new Map<unknown, T>();
  /** By the milliseconds of the date. */
  private readonly dates = new Map<number, T>();
  /** Bytes, arrays and objects in ascending order. */
  private readonly compound: {readonly key: unknown; readonly value: T}[] = [];

  get(key: unknown): T | undefined {
    if (typeof key !== 'object' || key === null) {
      return this.plain.get(plainKey(key));
    }
    const kind = kindOf(key);
    if (kind === Kind.date) return this.dates.get((key as Date).getTime());
    if (kind === Kind.invalid) return this.plain.get(Number.NaN);
    const place = this.placeOf(key);
    const found = this.compound[place];
    return found !== undefined && compareValues(found.key, key) === 0
      ? found.value
      : undefined;
  }

  /** Adds what belongs to a value, unless there is something; tells if it was added. */
  add(key: unknown, value: T): boolean {
    if (this.get(key) !== undefined) return false;
    const kind = kindOf(key);
    if (typeof key !== 'object' || key === null) {
      this.plain.set(plainKey(key), value);
    } else if (kind === Kind.date) {
      this.dates.set((key as Date).getTime(), value);
    } else if (kind === Kind.invalid) this.plain.set(Number.NaN, value);
    else this.compound.splice(this.placeOf(key), 0, {key, value});
    return true;
  }

  private placeOf(key: unknown): number {
    const {compound} = this;
    let low = 0;
    let high = compound.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareValues(compound[middle]!.key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Values without inner structure, so that those which are equal are the same. */
function plainKey(key: unknown): unknown {
  switch (typeof key) {
    case 'bigint': {
      const number = Number(key);
      return Number.isFinite(number) && BigInt(number) === key ? number : key;
    }
    case 'undefined':
      return null;
    case 'function':
    case 'symbol':
      return Number.NaN;
    default:
      return key;
  }
}
