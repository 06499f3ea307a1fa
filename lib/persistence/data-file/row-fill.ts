import {Script} from 'node:vm';

/** Gives an object, which has the properties already, their values in order. */
export type Fill = (
  row: Record<string, unknown>,
  values: readonly unknown[],
) => void;

/** Gives an object up to four of the values, beginning with the one at `place`. */
type FillSome = (
  row: Record<string, unknown>,
  values: readonly unknown[],
  place: number,
) => void;

/** How many names a function of {@link source} takes. */
const namesAtOnce = 4;

/*
 * Made anew for each shape, and with a place in the source for each name, for the
 * reason that `select` gives.
 */
const source = new Script(`(a, b, c, d) => (row, values, place) => {
  row[a] = values[place];
  if (b === undefined) return;
  row[b] = values[place + 1];
  if (c === undefined) return;
  row[c] = values[place + 2];
  if (d === undefined) return;
  row[d] = values[place + 3];
}`);

/** A function for rows of these properties; about 10 us for each four of them. */
export function compileFill(names: readonly string[]): Fill {
  const fills: FillSome[] = [];
  for (let i = 0; i < names.length; i += namesAtOnce) {
    const make = source.runInThisContext() as (
      ...some: readonly string[]
    ) => FillSome;
    fills.push(make(...names.slice(i, i + namesAtOnce)));
  }
  return (row, values) => {
    for (let i = 0; i < fills.length; i++) {
      fills[i]!(row, values, i * namesAtOnce);
    }
  };
}
