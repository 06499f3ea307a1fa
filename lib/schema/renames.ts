import {isDeepStrictEqual} from 'node:util';
import type {Swap, TableSchema} from './schema';

/*
 * Names that are others than before. All of them change at once, so one may be
 * taken that another leaves:
 *
 *   {b: 'a', c: 'b'}    before {a, b}    after {b, c}    a -> b, b -> c
 *
 * Where names form a circle, both sides have the same names, and nothing in them
 * tells whether the values have moved. So a schema that is kept says which circles
 * its rows have behind them.
 */

/** What of the names of a table was another one before. */
export interface Renames {
  /** The table's former name. */
  readonly table?: string | undefined;
  /** For columns with another former name, that name. */
  readonly columns: Readonly<Record<string, string>>;
}

type Formers = Renames['columns'];

/**
 * The new names by their former ones. `formers` has the former names by the new
 * ones. A name is not changed to one that another keeps, nor from one that is to
 * be there afterwards, too, unless another comes to have it.
 */
export function renamedAtOnce(
  formers: Formers,
  isBefore: (name: string) => boolean,
  isAfter: (name: string) => boolean,
): Map<string, string> {
  let steps = Object.entries(formers).filter(
    ([name, former]) => name !== former && isBefore(former) && isAfter(name),
  );
  for (;;) {
    const left = new Set(steps.map(([, former]) => former));
    const taken = new Set(steps.map(([name]) => name));
    const possible = steps.filter(
      ([name, former]) =>
        (!isBefore(name) || left.has(name)) &&
        (!isAfter(former) || taken.has(former)),
    );
    const first = new Map(
      possible.toReversed().map(([name, former]) => [former, name]),
    );
    const next = possible.filter(
      ([name, former]) => first.get(former) === name,
    );
    if (next.length === steps.length) {
      return new Map(next.map(([name, former]) => [former, name]));
    }
    steps = possible.length < steps.length ? possible : next;
  }
}

/** The columns with another name than before, by their former names. */
export function renamedColumns(
  kept: TableSchema,
  next: TableSchema,
  {columns: formers}: Renames,
): Map<string, string> {
  const open = Object.entries(formers).filter(
    ([name]) => !isBehind(name, kept.swaps, next.swaps),
  );
  return renamedAtOnce(
    Object.fromEntries(open),
    name => Object.hasOwn(kept.columns, name),
    name => Object.hasOwn(next.columns, name),
  );
}

/** Whether rows have the circle behind them in which a column has its name. */
function isBehind(
  name: string,
  kept: TableSchema['swaps'] = {},
  next: TableSchema['swaps'] = {},
): boolean {
  if (!Object.hasOwn(next, name)) return false;
  return circleOf(name, fromOf(next)).every(each =>
    isDeepStrictEqual(kept[each], next[each]),
  );
}

function fromOf(swaps: Readonly<Record<string, Swap>>): Formers {
  return Object.fromEntries(
    Object.entries(swaps).map(([name, {from}]) => [name, from]),
  );
}

/** The names in the circle of former names in which one is; none if it is in none. */
export function circleOf(name: string, formers: Formers): string[] {
  const circle = [name];
  let at = formers[name];
  while (at !== undefined && at !== name && !circle.includes(at)) {
    circle.push(at);
    at = Object.hasOwn(formers, at) ? formers[at] : undefined;
  }
  return at === name && circle.length > 1 ? circle : [];
}

/** The former names of those that are the former name of another, or have one. */
export function entangled(formers: Formers): Record<string, string> {
  const left = new Set(Object.values(formers));
  return Object.fromEntries(
    Object.entries(formers).filter(
      ([name, former]) => left.has(name) || Object.hasOwn(formers, former),
    ),
  );
}

/**
 * Names by others, with what follows from them: what has the name that another
 * gets has the one that is left over, so that each name has one place.
 *
 *   fullName -> full_name     given
 *   full_name -> fullName     follows from it
 */
export function oneToOne(
  names: ReadonlyMap<string, string>,
): Map<string, string> {
  const owners = inverse(names);
  const all = new Map(names);
  for (const name of owners.keys()) {
    if (names.has(name)) continue;
    let left = owners.get(name)!;
    while (owners.has(left)) left = owners.get(left)!;
    all.set(name, left);
  }
  return all;
}

/** The names by what they are the others of. */
export function inverse(
  names: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map([...names].map(([name, other]) => [other, name]));
}
