import {isDeepStrictEqual} from 'node:util';
import type {Key} from './key-order';
import {withActions} from './referential-actions';
import {
  findParent,
  findReferring,
  newReferences,
  noParent,
  type References,
  stillReferred,
} from './references';
import type {RowChange} from './table';
import {Tree} from './tree';
import {apply, type Change, findTable, type Version} from './version';

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
  const {references} = version;
  if (!changes.some(change => isConcerned(change, references))) return changes;
  const at = changes.findIndex(({kind}) => kind === 'schema');
  return at === -1
    ? withActions(version, changes)
    : aroundSchemaChange(version, changes, at);
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
export function referencedRows(
  version: Version,
  changes: readonly Change[],
): RowName[] {
  const found = new Map<string, Tree<undefined>>();
  for (const change of changes) {
    if (change.kind !== 'rows') continue;
    for (const each of change.changes) {
      addReferred(found, version, change.table, each);
    }
  }
  const rows: RowName[] = [];
  for (const [table, ids] of found) {
    ids.forEach((_, id) => void rows.push({table, id}));
  }
  return rows;
}

function addReferred(
  found: Map<string, Tree<undefined>>,
  {references, tables}: Version,
  table: string,
  change: RowChange,
): void {
  const ofChild = references.ofChild.get(table);
  if (ofChild === undefined || change.kind === 'delete') return;
  const old =
    change.kind === 'update'
      ? tables.get(table)!.rows.get(change.id)
      : undefined;
  for (const reference of newReferences(ofChild, old, change.row)) {
    const {parent: name} = reference.key;
    const parent = tables.get(name)!;
    const values = reference.valuesOf(change.row);
    const row = findParent(parent, reference, values);
    if (row === undefined) continue;
    const ids = found.get(name) ?? Tree.create<undefined>(parent.ids.order);
    ids.set(parent.ids.keyOf(row), undefined);
    found.set(name, ids);
  }
}
