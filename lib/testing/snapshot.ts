import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import {inMemory} from '../connector/in-memory';
import {type DatabaseState, withoutRows} from '../database/database';
import {noteSeeded, type Seeded, seededOf} from './seeded';
import {connected, type DataSourceLike} from './watched-models';

const snapshotMark: unique symbol = Symbol.for(
  'loopback-connector-inmemory.snapshot',
);

/**
 * What a datasource held at a moment; made by {@link snapshot}. Those that another
 * copy of this package has made are instances, too: `jest.resetModules()` loads one.
 */
export class Snapshot<DS extends DataSourceLike = DataSourceLike> {
  static [Symbol.hasInstance](value: unknown): boolean {
    return isObject(value) && snapshotMark in value;
  }

  /** @internal */
  readonly [snapshotMark] = true;

  /** @internal */
  constructor(
    /** The one it was taken of, and to which it can be restored. */
    readonly dataSource: DS,
    /** @internal */
    readonly state: DatabaseState,
    /** @internal */
    readonly seeded: Seeded = seededOf(dataSource),
  ) {}
}

/**
 * Notes all that a datasource holds: the rows that are committed, indexes, schemas
 * and the next generated ids. O(1) in rows: it copies none, and costs memory only
 * for what is changed afterwards. Datasources that share a `store` or a `file` hold
 * the same.
 *
 * Fails with INVALID_SETTING where the datasource has another connector, and with
 * NOT_CONNECTED before it has opened its file.
 */
export function snapshot<DS extends DataSourceLike>(
  dataSource: DS,
): Snapshot<DS> {
  const connector = inMemory(dataSource);
  // Throws where there is no file open, and nothing else is asked of it.
  connector.statistics();
  return new Snapshot(dataSource, connector.database.state);
}

/**
 * Has a datasource hold again what it held when a snapshot was taken, which can be
 * restored as often as one likes. O(1) in rows; with a `file` it is a commit like
 * any other, of the rows that differ. Statements that are under way are done
 * before; those that wait for a lock, and transactions that are open, end with
 * TRANSACTION_ABORTED or TRANSACTION_ENDED. Tables of models that were defined
 * since are empty. Fails with INVALID_SETTING on what is no snapshot.
 */
export async function restore(snapshot: Snapshot): Promise<void> {
  const {dataSource, state} = requireSnapshot(snapshot);
  await connected(dataSource);
  await restoreState(dataSource, state);
}

const reason = 'the datasource was restored to another state';

async function restoreState(
  dataSource: DataSourceLike,
  state: DatabaseState,
): Promise<void> {
  const connector = inMemory(dataSource);
  connector.giveUpTransactions(reason);
  await connector.database.restore(state);
}

function requireSnapshot(given: Snapshot): Snapshot {
  if (isObject(given) && isObject(given.state)) return given;
  throw new InMemoryError(
    'INVALID_SETTING',
    `restore() takes what snapshot() has returned, and not ${describe(given)}; ` +
      'reset() takes a datasource.',
    {property: 'snapshot'},
  );
}

function describe(given: unknown): string {
  return isObject(given) && 'connector' in given ? 'a datasource' : show(given);
}

/**
 * As {@link restore}; what was seeded since is forgotten, too, so that {@link reset}
 * leads back to what it did then.
 */
export async function goBack(snapshot: Snapshot): Promise<void> {
  await restore(snapshot);
  noteSeeded(snapshot.dataSource, snapshot.seeded);
}

/** Has {@link reset} lead back to what a datasource holds now. */
export function keepAsSeeded(dataSource: DataSourceLike): void {
  noteSeeded(dataSource, {state: snapshot(dataSource).state});
}

/**
 * Has a datasource hold what it was seeded with, or no rows where it was not; as
 * {@link restore} does.
 */
export async function reset(dataSource: DataSourceLike): Promise<void> {
  const {database} = inMemory(dataSource);
  await connected(dataSource);
  const {state = withoutRows(database.state)} = seededOf(dataSource);
  await restoreState(dataSource, state);
}

/** A snapshot, also where a datasource was given. Fails with INVALID_SETTING. */
export function asSnapshot(given: Snapshot | DataSourceLike): Snapshot {
  if (given instanceof Snapshot) return given;
  if (given instanceof Promise) {
    throw new InMemoryError(
      'INVALID_SETTING',
      'A promise is neither a snapshot nor a datasource; snapshot() returns none.',
      {property: 'snapshot'},
    );
  }
  return snapshot(given);
}
