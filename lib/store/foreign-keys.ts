import {isDeepStrictEqual} from 'node:util';
import {type Cuttable, cutIf} from '../base/cuttable';
import {InMemoryError} from '../base/errors';
import {eachInSlices, runAtOnce, type Sliced} from '../base/slices';
import type {Row} from '../value/copy';
import type {Key} from './tree/key-order';
import {loadReferentialActions} from './on-demand';
import {
  findParent,
  findReferring,
  type KeyValues,
  newReferences,
  noParent,
  type Reference,
  type References,
  stillReferred,
} from './references';
import {Tree} from './tree/tree';
import {apply, applying, type Change, findTable, type Version} from './version';

/**
 * The changes with everything that referential actions add to them, each row at
 * most once in them then; the same array where no foreign key is concerned.
 * `version` is the state before. Fails with FOREIGN_KEY_VIOLATION, also where
 * rows contradict a foreign key that a schema change adds.
 */
export function withReferences(
  version: Version,
  changes: readonly Change[],
): readonly Change[] {
  return isAnyConcerned(version, changes)
    ? runAtOnce(withReferencesInSlices(version, changes))
    : changes;
}

/** As {@link withReferences}; work that can be cut, if it is to be, where it is any. */
export function withReferencesCut(
  version: Version,
  changes: readonly Change[],
  isCut: boolean,
): Cuttable<readonly Change[]> {
  return isAnyConcerned(version, changes)
    ? cutIf(isCut, withReferencesInSlices(version, changes))
    : changes;
}

/** As {@link withReferences}, in slices, save around changes of a schema. */
export function* withReferencesInSlices(
  version: Version,
  changes: readonly Change[],
): Sliced<readonly Change[]> {
  if (!isAnyConcerned(version, changes)) return changes;
  const at = changes.findIndex(({kind}) => kind === 'schema');
  return at === -1
    ? yield* withActionsIn(version, changes)
    : aroundSchemaChange(version, changes, at);
}

/** Where it has both, the dialect tells which error the changes fail with. */
function* withActionsIn(
  version: Version,
  changes: readonly Change[],
): Sliced<readonly Change[]> {
  try {
    return yield* loadReferentialActions().withActions(version, changes);
  } catch (error) {
    if (version.dialect.foreignKeysComeLast) {
      yield* applying(version, changes, false);
    }
    throw error;
  }
}

function isAnyConcerned(
  {references}: Version,
  changes: readonly Change[],
): boolean {
  for (const change of changes) {
    if (isConcerned(change, references)) return true;
  }
  return false;
}

/**
 * Whether changes that were worked out on another version pass the foreign keys
 * of this one, and nothing else follows from them here.
 */
export function* isWhole(
  version: Version,
  changes: readonly Change[],
): Sliced<boolean> {
  try {
    const all = yield* withReferencesInSlices(version, changes);
    return all === changes;
  } catch (error) {
    if (error instanceof InMemoryError) return false;
    throw error;
  }
}

function isConcerned({kind, table}: Change, references: References): boolean {
  return (
    kind === 'schema' ||
    references.ofChild.has(table) ||
    references.ofParent.has(table)
  );
}

/** Takes the changes before and after a schema change each for itself. */
function aroundSchemaChange(
  version: Version,
  changes: readonly Change[],
  at: number,
): readonly Change[] {
  const change = changes[at]!;
  const rest = changes.slice(at + 1);
  const addsKeys = addsForeignKeys(version, change);
  if (at === 0 && rest.length === 0 && !addsKeys) return changes;
  const before = withReferences(version, changes.slice(0, at));
  const next = apply(version, [...before, change]);
  if (addsKeys) requireParents(next, change.table);
  return [...before, change, ...withReferences(next, rest)];
}

function addsForeignKeys(version: Version, change: Change): boolean {
  const old = findTable(version, change.table)?.schema.foreignKeys ?? [];
  return (
    change.kind === 'schema' &&
    change.steps.some(
      step =>
        step.kind === 'declare' &&
        step.schema.foreignKeys.some(
          key => !old.some(other => isDeepStrictEqual(key, other)),
        ),
    )
  );
}

/** Fails with FOREIGN_KEY_VIOLATION when a row of a table lacks a parent. */
function requireParents(version: Version, table: string): void {
  for (const reference of version.references.ofChild.get(table) ?? []) {
    const parent = findTable(version, reference.key.parent)!;
    const child = findTable(version, table)!;
    const orphan = findReferring(
      child,
      reference,
      values => findParent(parent, reference, values) === undefined,
    );
    if (orphan !== undefined) throw noParent(reference, orphan);
  }
}

/**
 * Fails with FOREIGN_KEY_VIOLATION when rows of a change set refer to nothing in
 * `after`, to which the set has led from `before`.
 */
export function requireNewParents(
  before: Version,
  after: Version,
  changes: readonly Change[],
): Sliced<void> {
  return forEachNewReference(before, changes, (reference, values) => {
    const parent = findTable(after, reference.key.parent)!;
    if (!findParent(parent, reference, values)) {
      throw noParent(reference, values);
    }
  });
}

/** A row of a parent that a foreign key asks for. */
export interface WantedParent {
  readonly table: string;
  /** Whether a row of the table is that one. */
  readonly isIt: (row: Row) => boolean;
  readonly isIn: (version: Version) => boolean;
}

/**
 * The row for whose absence a change set was refused; undefined when an error
 * does not say so, or speaks of a foreign key that `version` does not have.
 */
export function wantedParent(
  {references}: Version,
  error: unknown,
): WantedParent | undefined {
  if (!(error instanceof InMemoryError)) return undefined;
  const {table: child = '', constraint, value, id} = error.details;
  if (error.code !== 'FOREIGN_KEY_VIOLATION' || id !== undefined) {
    return undefined;
  }
  const reference = references.ofChild
    .get(child)
    ?.find(({key}) => key.name === constraint);
  if (reference === undefined) return undefined;
  const {areSame, key, parentValuesOf} = reference;
  const values = key.properties.length === 1 ? [value] : (value as KeyValues);
  return {
    table: key.parent,
    isIt: row => areSame(parentValuesOf(row), values),
    isIn: version => {
      const parent = findTable(version, key.parent);
      return parent !== undefined && !!findParent(parent, reference, values);
    },
  };
}

/**
 * Fails with FOREIGN_KEY_VIOLATION when rows of other tables refer to rows of
 * these, so that these cannot be made anew. O(rows of the other tables) where
 * all of them refer to nothing.
 */
export function requireUnreferenced(
  {references, tables}: Version,
  names: readonly string[],
): void {
  for (const name of names) {
    for (const reference of references.ofParent.get(name) ?? []) {
      if (names.includes(reference.child)) continue;
      const child = tables.get(reference.child)!;
      const values = findReferring(child, reference, () => true);
      if (values !== undefined) {
        throw stillReferred(reference, values, 'be migrated');
      }
    }
  }
}

/** A row, named by its table and id. */
export interface RowName {
  readonly table: string;
  readonly id: Key;
}

/**
 * The rows, as far as they are there in `version`, that the changes begin to
 * refer to: a transaction that makes the changes relies on them. Each once.
 */
export function* referencedRows(
  version: Version,
  changes: readonly Change[],
): Sliced<RowName[]> {
  const found = new Map<string, Tree<undefined>>();
  yield* forEachNewReference(version, changes, (reference, values) => {
    const {parent: name} = reference.key;
    const parent = findTable(version, name)!;
    const row = findParent(parent, reference, values);
    if (row === undefined) return;
    const ids = found.get(name) ?? Tree.create<undefined>(parent.ids.order);
    ids.set(parent.ids.keyOf(row), undefined);
    found.set(name, ids);
  });
  const rows: RowName[] = [];
  for (const [table, ids] of found) {
    for (const batch of ids.batches({}, false)) {
      for (const [id] of batch) rows.push({table, id});
      yield;
    }
  }
  return rows;
}

/** Calls for each key to which the changes, made to `version`, begin to refer. */
function* forEachNewReference(
  version: Version,
  changes: readonly Change[],
  visit: (reference: Reference, values: KeyValues) => void,
): Sliced<void> {
  for (const change of changes) {
    if (change.kind !== 'rows') continue;
    const ofChild = version.references.ofChild.get(change.table);
    if (ofChild === undefined) continue;
    const {rows} = findTable(version, change.table)!;
    yield* eachInSlices(change.changes, each => {
      if (each.kind === 'delete') return;
      const old = each.kind === 'update' ? rows.get(each.id) : undefined;
      for (const reference of newReferences(ofChild, old, each.row)) {
        visit(reference, reference.valuesOf(each.row));
      }
    });
  }
}
