import {inMemory} from '../connector/in-memory';
import type {DatabaseState} from '../database/database';
import type {NamedRow} from './seeds/seed-cache';
import type {DataSourceLike} from './watched-models';

/** What seeds have left of a datasource besides its rows. */
export interface Seeded {
  /** To what `reset` leads back; undefined where nothing was seeded. */
  readonly state: DatabaseState | undefined;
  /** The rows with names that were seeded, by one seed after the other. */
  readonly named: ReadonlyMap<string, NamedRow>;
}

const nothing: Seeded = {state: undefined, named: new Map()};

/** What is known by object, for all copies of this package that test one. */
export function sharedMap<T extends object>(name: string): WeakMap<object, T> {
  const key = Symbol.for(`loopback-connector-inmemory.${name}`);
  const place = globalThis as {[key]?: WeakMap<object, T>};
  return (place[key] ??= new WeakMap());
}

const known = sharedMap<Seeded>('seeded');

/** What seeds have left of a datasource by now, or of another one on the same rows. */
export function seededOf(dataSource: DataSourceLike): Seeded {
  const {database} = inMemory(dataSource);
  // A file that was closed and opened again is another database.
  return known.get(database) ?? known.get(dataSource) ?? nothing;
}

/** Notes what seeds have left of a datasource, and of all on the same rows. */
export function noteSeeded(
  dataSource: DataSourceLike,
  seeded: Partial<Seeded>,
): void {
  const all = {...seededOf(dataSource), ...seeded};
  known.set(inMemory(dataSource).database, all);
  known.set(dataSource, all);
}
