import {allOf, type ErrorDetails, InMemoryError} from '../base/errors';
import type {Sliced} from '../base/slices';
import {wantedParent} from '../store/foreign-keys';
import type {Table} from '../store/table';
import {findTable, type Version} from '../store/version';
import {waitIfAny} from './locking';
import type {Surroundings} from './surroundings';

/*
 * A transaction goes on after a statement that has broken a rule, so what the
 * error tells it is something that it has read: that a row is there, in the way,
 * or that one is not, which it refers to.
 */

/**
 * Runs a check that may fail because of a row that is in the way. If another
 * transaction has that row it may be about to go: that is waited for, by failing
 * with `Blocked`. Fails with SERIALIZATION_FAILURE when a serializable
 * transaction could not see the row.
 */
export function* notingObstacle<T>(
  around: Surroundings,
  successor: Version,
  check: () => Sliced<T>,
): Sliced<T> {
  try {
    return yield* check();
  } catch (error) {
    if (!(error instanceof InMemoryError)) throw error;
    const {id, table: name} = error.details;
    const table = name === undefined ? undefined : findTable(successor, name);
    // Who must fail for what it could not see meets no obstacle.
    const isObstacle = error.code !== 'SERIALIZATION_FAILURE';
    if (!isObstacle || id === undefined || table === undefined) throw error;
    const {locks, transaction} = around;
    const place = locks.waitForRow(transaction, table, id, 'look');
    waitIfAny(place?.about(allOf(error.details)));
    noteObstacle(around, table, error.details);
    throw error;
  }
}

function noteObstacle(
  {order, transaction: {node}, viewed}: Surroundings,
  {schema, ids, rows}: Table,
  about: ErrorDetails,
): void {
  if (node === undefined) return;
  const {name} = schema;
  const {id} = about;
  if (findTable(viewed, name)!.rows.get(id) !== rows.get(id)) {
    throw unseen(`a ${name} is in the way since it began`, about);
  }
  order.read(node, name, row => ids.order(ids.keyOf(row), id) === 0);
}

/**
 * Runs a check that may fail because a row is not there to refer to. Fails with
 * SERIALIZATION_FAILURE when the transaction's snapshot has the row.
 */
export function* notingMissingParent<T>(
  {order, transaction: {node, writesToSnapshot}, viewed}: Surroundings,
  successor: Version,
  check: () => Sliced<T>,
): Sliced<T> {
  try {
    return yield* check();
  } catch (error) {
    const wanted = writesToSnapshot && wantedParent(viewed, error);
    if (!wanted) throw error;
    if (wanted.isIn(viewed) && !wanted.isIn(successor)) {
      throw unseen(
        `a ${wanted.table} that it refers to is gone since it began`,
        (error as InMemoryError).details,
      );
    }
    if (node !== undefined) order.read(node, wanted.table, wanted.isIt);
    throw error;
  }
}

/** A transaction depends on what was committed after its snapshot. */
export function unseen(reason: string, about: ErrorDetails): InMemoryError {
  return new InMemoryError(
    'SERIALIZATION_FAILURE',
    `The transaction could not see what others have committed: ${reason}. ` +
      'Run it again.',
    about,
  );
}
