import {eachInSlices, type Sliced, stepsBetweenCuts} from '../base/slices';
import type {ReferentialAction} from '../schema/schema';
import {equalValues} from '../value/compare';
import {getOwn, type Row, setOwn} from '../value/copy';
import {type Key} from './tree/key-order';
import {
  PendingChanges,
  type PendingRow,
  type PendingTable,
} from './pending-rows';
import {
  childBatches,
  findParent,
  isComplete,
  type KeyValues,
  newReferences,
  noParent,
  type Reference,
  stillReferred,
} from './references';
import {Tree} from './tree/tree';
import type {Change, Version} from './version';

/*
 * Foreign keys of a change set: what else it changes, and whether it may.
 *
 *   the set itself           deletes Country 'IT'
 *   1 deletes, in rounds       RESTRICT refuses; else CASCADE deletes City 7,
 *                              in the next round what refers to City 7, ...
 *   2 keys                     SET NULL, and what follows from changed keys
 *   3 the end                  NO ACTION and every new key: is the parent there?
 *
 * Deletes come first because nothing in step 2 causes any. A row follows its
 * parent when it referred to it before the set and the set itself leaves its
 * key alone; a key that the set writes counts as written after the actions, and
 * is only checked at the end. So the order of changes within a set is of no
 * matter, two parents may swap their keys, and a set that has its actions in it
 * already gets no others: it can be worked out again on a later version.
 *
 * It ends, whatever the cycles: a row is deleted once, and step 2 gives each
 * property of a row a new value at most once.
 */

/**
 * The changes of rows with all that follows from them, each row at most once
 * then; the same array when nothing follows. Fails with FOREIGN_KEY_VIOLATION.
 */
export function* withActions(
  version: Version,
  changes: readonly Change[],
): Sliced<readonly Change[]> {
  const pending = new PendingChanges(version.tables);
  yield* pending.add(changes);
  const work = {version, pending, provided: new Map(), hasActions: false};
  const deleted = yield* cascadeDeletes(work);
  yield* cascadeKeys(work, deleted);
  yield* requireKept(work, deleted);
  yield* requireNewParents(work);
  return work.hasActions ? yield* pending.finish() : changes;
}

/** The working out of one change set. */
interface Work {
  readonly version: Version;
  readonly pending: PendingChanges;
  /** The keys that rows of the set give to parents, found when asked for. */
  readonly provided: Map<Reference, Tree<undefined>>;
  hasActions: boolean;
}

/** A row that goes, as it was. */
interface Deleted {
  readonly table: string;
  readonly row: Row;
}

/** Deletes what refers to deleted rows. Returns all rows that go. */
function* cascadeDeletes(work: Work): Sliced<Deleted[]> {
  const all: Deleted[] = [];
  let round = yield* deletedByTheSet(work);
  while (round.length > 0) {
    yield* forEachLostKey(work, round, (reference, values) =>
      actionOf(reference.key.onDelete, work) === 'restrict'
        ? refuseLinked(work, reference, values, 'be deleted')
        : undefined,
    );
    const next: Deleted[] = [];
    yield* forEachLostKey(work, round, (reference, values) => {
      if (reference.key.onDelete !== 'cascade') return undefined;
      return forEachLinked(work, reference, values, (child, id) => {
        const linked = child.pendingOf(id);
        linked.row = undefined;
        work.hasActions = true;
        next.push({table: reference.child, row: linked.old!});
      });
    });
    yield* eachInSlices(round, row => void all.push(row));
    round = next;
  }
  return all;
}

function* deletedByTheSet(work: Work): Sliced<Deleted[]> {
  const deleted: Deleted[] = [];
  for (const {base, isTruncated, rows} of work.pending.touched()) {
    const table = base.schema.name;
    if (isTruncated) {
      // Mostly the rows that refer to a truncated table are gone before.
      if (!mayBeReferred(work, table)) continue;
      for (const batch of base.rows.batches({}, false)) {
        deleted.push(...batch.map(([, row]) => ({table, row})));
        yield;
      }
      continue;
    }
    yield* eachInSlices(rows, ({old, row}) => {
      if (old !== undefined && row === undefined) {
        deleted.push({table, row: old});
      }
    });
  }
  return deleted;
}

function mayBeReferred({version, pending}: Work, table: string): boolean {
  const references = version.references.ofParent.get(table) ?? [];
  return references.some(reference => {
    const {base, isTruncated} = pending.table(reference.child);
    return !isTruncated && base.rows.size > 0;
  });
}

/** Gives rows the keys that those to which they refer have now, or null. */
function* cascadeKeys(work: Work, deleted: readonly Deleted[]): Sliced<void> {
  const changed = yield* changedRows(work);
  const follow = (reference: Reference, old: KeyValues, next?: KeyValues) =>
    forEachLinked(work, reference, old, (child, id) => {
      const pending = child.pendingOf(id);
      if (!assign(child, pending, reference, next)) return;
      work.hasActions = true;
      changed.push({table: reference.child, pending});
    });
  yield* forEachLostKey(work, deleted, (reference, values) =>
    reference.key.onDelete === 'setNull'
      ? follow(reference, values)
      : undefined,
  );
  // It grows while it is walked.
  yield* forEachChangedKey(work, changed, (reference, old, next) => {
    const action = actionOf(reference.key.onUpdate, work);
    if (action === 'cascade') return follow(reference, old, next);
    if (action === 'setNull') return follow(reference, old);
    return action === 'restrict'
      ? refuseLinked(work, reference, old, 'change')
      : undefined;
  });
}

/** A row that the set changes and does not delete. */
interface Changed {
  readonly table: string;
  readonly pending: PendingRow;
}

function* changedRows({pending}: Work): Sliced<Changed[]> {
  const changed: Changed[] = [];
  for (const {base, rows} of pending.touched()) {
    const table = base.schema.name;
    yield* eachInSlices(rows, row => {
      if (row.old !== undefined && row.row !== undefined) {
        changed.push({table, pending: row});
      }
    });
  }
  return changed;
}

/**
 * Gives a row of the child other values under a foreign key, null for none;
 * those that it has got already stay. Tells whether anything changed.
 */
function assign(
  child: PendingTable,
  pending: PendingRow,
  {key}: Reference,
  next: KeyValues | undefined,
): boolean {
  const values: Record<string, unknown> = {};
  let isChanged = false;
  for (const [i, name] of key.properties.entries()) {
    const value = next === undefined ? null : next[i];
    const now = getOwn(pending.row!, name);
    if (!equalValues(now, getOwn(pending.old!, name))) continue;
    if (equalValues(now, value)) continue;
    setOwn(values, name, value);
    isChanged = true;
  }
  if (isChanged) child.assign(pending, values);
  return isChanged;
}

/** Refuses what takes a key under NO ACTION from rows that still refer to it. */
function* requireKept(work: Work, deleted: readonly Deleted[]): Sliced<void> {
  yield* forEachLostKey(work, deleted, (reference, values) =>
    refuseWithoutAction(work, reference, values, 'be deleted'),
  );
  const changed = yield* changedRows(work);
  yield* forEachChangedKey(work, changed, (reference, values) =>
    refuseWithoutAction(work, reference, values, 'change'),
  );
}

function* refuseWithoutAction(
  work: Work,
  reference: Reference,
  values: readonly unknown[],
  verb: 'be deleted' | 'change',
): Sliced<void> {
  const {onDelete, onUpdate} = reference.key;
  const action = verb === 'change' ? onUpdate : onDelete;
  if (action !== 'noAction') return;
  if (yield* isThere(work, reference, values)) return;
  yield* refuseLinked(work, reference, values, verb);
}

/** Refuses rows that the set lets refer to a row that is not there. */
function* requireNewParents(work: Work): Sliced<void> {
  const {ofChild} = work.version.references;
  for (const {base, rows} of work.pending.touched()) {
    const references = ofChild.get(base.schema.name);
    if (references === undefined) continue;
    let place = 0;
    for (const pending of rows) {
      yield* requireParents(work, references, pending);
      if (++place % stepsBetweenCuts === 0) yield;
    }
  }
}

function* requireParents(
  work: Work,
  references: readonly Reference[],
  {old, row}: PendingRow,
): Sliced<void> {
  if (row === undefined) return;
  for (const reference of newReferences(references, old, row)) {
    const values = reference.valuesOf(row);
    const isKept = yield* isThere(work, reference, values);
    if (!isKept) throw noParent(reference, values);
  }
}

/** Whether a row of the parent has the values in the end. */
function* isThere(
  {pending, provided}: Work,
  reference: Reference,
  values: KeyValues,
): Sliced<boolean> {
  const parent = pending.table(reference.key.parent);
  const {base, rows} = parent;
  const before = findParent(base, reference, values);
  if (before !== undefined) {
    const after = parent.rowAfter(base.ids.keyOf(before));
    if (after && reference.areSame(reference.parentValuesOf(after), values))
      return true;
  }
  if (rows.length === 0) return false;
  let keys = provided.get(reference);
  if (keys === undefined) {
    const found = Tree.create<undefined>(reference.order);
    yield* eachInSlices(rows, ({row}) => {
      if (row) found.set(reference.parentValuesOf(row), undefined);
    });
    keys = found;
    provided.set(reference, keys);
  }
  return keys.has(values);
}

/** Fails if a row that follows a key of the parent still refers to it. */
function refuseLinked(
  work: Work,
  reference: Reference,
  values: KeyValues,
  what: 'be deleted' | 'change',
): Sliced<void> {
  return forEachLinked(work, reference, values, (child, id) => {
    const row = child.rowAfter(id)!;
    if (!reference.areSame(reference.valuesOf(row), values)) return;
    throw stillReferred(reference, values, what, id);
  });
}

/**
 * Visits the rows that follow a key of the parent: those that had it before the
 * set, are not deleted, and whose key the set itself leaves alone.
 */
function* forEachLinked(
  {pending}: Work,
  reference: Reference,
  values: KeyValues,
  visit: (child: PendingTable, id: Key) => void,
): Sliced<void> {
  const child = pending.table(reference.child);
  if (child.isTruncated) return;
  for (const batch of childBatches(child.base, reference, values)) {
    for (const [id, old] of batch) {
      const given = child.rowGiven(id);
      if (given === undefined) continue;
      if (
        given === old ||
        reference.areSame(reference.valuesOf(given), values)
      ) {
        visit(child, id);
      }
    }
    yield;
  }
}

/** Calls for each key of deleted rows to which others may refer. */
function* forEachLostKey(
  {version}: Work,
  deleted: readonly Deleted[],
  visit: (reference: Reference, values: KeyValues) => Visited,
): Sliced<void> {
  const {ofParent} = version.references;
  let place = 0;
  for (const {table, row} of deleted) {
    for (const reference of ofParent.get(table) ?? []) {
      const values = reference.parentValuesOf(row);
      const visited = isComplete(values) && visit(reference, values);
      if (visited) yield* visited;
    }
    if (++place % stepsBetweenCuts === 0) yield;
  }
}

/** What is still to be done for a key. */
type Visited = Sliced<void> | undefined;

/** Calls for each key that a changed row has no longer as it was. */
function* forEachChangedKey(
  {version}: Work,
  changed: readonly Changed[],
  visit: (reference: Reference, old: KeyValues, next: KeyValues) => Visited,
): Sliced<void> {
  const {ofParent} = version.references;
  let place = 0;
  for (const {table, pending} of changed) {
    for (const reference of ofParent.get(table) ?? []) {
      const old = reference.parentValuesOf(pending.old!);
      const next = reference.parentValuesOf(pending.row!);
      if (!isComplete(old) || reference.areSame(old, next)) continue;
      const visited = visit(reference, old, next);
      if (visited) yield* visited;
    }
    if (++place % stepsBetweenCuts === 0) yield;
  }
}

function actionOf(action: ReferentialAction, {version}: Work) {
  return action === 'noAction' && version.dialect.noActionIsRestrict
    ? 'restrict'
    : action;
}
