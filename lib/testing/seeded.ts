import type {DatabaseState} from '../database/database';
import type {NamedRow} from './seeds/seed-cache';

/** What seeds have left of a datasource besides its rows. */
export interface Seeded {
  /** To what `reset` leads back; undefined where nothing was seeded. */
  readonly state: DatabaseState | undefined;
  /** The rows with names that were seeded, by one seed after the other. */
  readonly named: ReadonlyMap<string, NamedRow>;
}

const nothing: Seeded = {state: undefined, named: new Map()};

/** What is known by datasource, for all copies of this package that test it. */
export function sharedMap<T extends object>(name: string): WeakMap<object, T> {
  const key = Symbol.for(`loopback-connector-inmemory.${name}`);
  const place = globalThis as {[key]?: WeakMap<object, T>};
  return (place[key] ??= new WeakMap());
}

const known = sharedMap<Seeded>('seeded');

/** What seeds have left of a datasource by now. */
export function seededOf(dataSource: object): Seeded {
  return known.get(dataSource) ?? nothing;
}

/** Notes what seeds have left of a datasource. */
export function noteSeeded(dataSource: object, seeded: Partial<Seeded>): void {
  known.set(dataSource, {...seededOf(dataSource), ...seeded});
}
