import {InMemoryError, show, wordsOf} from '../base/errors';
import {eachInSlices, type Sliced} from '../base/slices';
import {isWhole, requireNewParents} from '../store/foreign-keys';
import {applying, findTable, type Version} from '../store/version';
import {notingMissingParent, unseen} from './failed-checks';
import type {RowsChange, Surroundings} from './surroundings';

/**
 * First updater wins: a row that is not the one of the snapshot was changed by
 * a transaction that has committed since. Fails with SERIALIZATION_FAILURE.
 */
export function* refuseChangedRows(
  {transaction, viewed}: Surroundings,
  successor: Version,
  set: readonly RowsChange[],
): Sliced<void> {
  if (!transaction.writesToSnapshot) return;
  for (const {table: name, changes} of set) {
    const {kept, rows: seen} = findTable(viewed, name)!;
    const {kept: keptNow, rows: newest} = findTable(successor, name)!;
    if (kept !== undefined && kept !== keptNow) {
      throw unseen(`${name} was migrated after it began`, {table: name});
    }
    yield* eachInSlices(changes, each => {
      if (each.kind === 'insert') return;
      if (seen.get(each.id) === newest.get(each.id)) return;
      throw unseen(
        `the ${name} with id ${show(each.id)} was changed after it began`,
        {table: name, id: each.id},
      );
    });
  }
}

/**
 * What the transaction sees after the changes. Fails with SERIALIZATION_FAILURE
 * where they do not fit its snapshot as they fit the newest rows, of which
 * `successor` was made, and with FOREIGN_KEY_VIOLATION where it has no row that
 * they refer to.
 */
export function* applyToSnapshot(
  around: Surroundings,
  successor: Version,
  all: readonly RowsChange[],
): Sliced<Version> {
  const {isCut, viewed} = around;
  let next: Version;
  try {
    next = yield* applying(viewed, all, isCut);
  } catch (error) {
    if (!(error instanceof InMemoryError)) throw error;
    throw unseen(
      `its snapshot has a row that is gone since (${wordsOf(error)})`,
      error.details,
    );
  }
  yield* notingMissingParent(around, successor, () =>
    requireNewParents(viewed, next, all),
  );
  if (around.transaction.node !== undefined && !(yield* isWhole(viewed, all))) {
    throw unseen(
      'rows that refer to what it changes were changed after it began',
      {table: all[0]!.table},
    );
  }
  return next;
}
