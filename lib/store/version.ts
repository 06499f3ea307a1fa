import {assert, unreachable} from '../base/assert';
import {runAtOnce, type Sliced} from '../base/slices';
import {compareValues} from '../value/compare';
import type {Dialect} from '../value/dialect';
import type {SchemaStep} from '../schema/diff';
import type {DraftMode} from './index-tree';
import {
  noReferences,
  orphans,
  type References,
  referencesOf,
} from './references';
import {
  withDeclaredIds,
  withIndexInSlices,
  withoutRows,
} from './redefined-table';
import {emptyTable, type RowChange, type Table, withSchema} from './table';
import {TableDraft} from './table-draft';
import {type Owner, Tree} from './tree/tree';
import {requireSoundRows, verifyTable} from './verify-table';

/**
 * The whole database at one moment: an immutable value.
 *
 *   head ---> Version 8 ---> tables { City: Table, Country: Table }
 *                                     |           |
 *             Version 7 --------------+--(shared)-+
 *
 * Nothing in a version ever changes, so whoever holds one may read it as long
 * as they like: a reader, a snapshot, a checkpoint. (A version that nobody holds
 * but the database itself may be used up by {@link applyInPlace}.) A statement
 * builds the next version with {@link apply}, which copies the few tree nodes that it touches
 * and shares the rest, and then swaps the one pointer that says which version
 * is the newest. A statement that fails forgets its version, and nothing
 * happened.
 *
 * Worked example: 100,000 cities in a tree of nodes with up to 32 entries make
 * four levels. Changing one city's name copies four nodes, not the tree; the
 * index on `country` is not touched because no key in it changes.
 */
export interface Version {
  readonly number: number;
  readonly dialect: Dialect;
  readonly tables: Tree<Table>;
  /** Owns the trees that were made for this version and are in no older one. */
  readonly owner: Owner;
  /** The foreign keys of all tables. */
  readonly references: References;
}

/** What one statement changes, as data: the same for live writes and replay. */
export type Change =
  | {
      readonly kind: 'rows';
      readonly table: string;
      readonly changes: readonly RowChange[];
    }
  | {
      readonly kind: 'truncate';
      readonly table: string;
      /** Whether generated ids begin at 1 again. */
      readonly restartsIds: boolean;
    }
  | {readonly kind: 'drop'; readonly table: string}
  | {
      /** Generated ids go on with `next`, also where that is less than it was. */
      readonly kind: 'sequence';
      readonly table: string;
      readonly next: number;
    }
  | {
      readonly kind: 'schema';
      readonly table: string;
      readonly steps: readonly SchemaStep[];
    };

/** The database before anything was declared. */
export function emptyVersion(dialect: Dialect): Version {
  const owner: Owner = {};
  const tables = Tree.create<Table>(compareValues, owner);
  return {number: 0, dialect, tables, owner, references: noReferences};
}

/** The table of that name, or undefined. */
export function findTable(version: Version, name: string): Table | undefined {
  return version.tables.get(name);
}

/**
 * The version that follows from `version` by the changes of one statement.
 * Fails with DUPLICATE_KEY, NOT_NULL_VIOLATION, VALUE_OUT_OF_RANGE or
 * INVALID_VALUE; `version` is as it was in every case. Cost: O(log n) for each
 * row and each index entry that changes.
 */
export function apply(version: Version, changes: readonly Change[]): Version {
  return runAtOnce(applying(version, changes, false));
}

/**
 * As {@link apply}, as work that others may have their turn in if `isCut`; of a
 * change of the schema the indexes are. Nothing may use `version` up meanwhile.
 * With `allowsDuplicates` unique keys may repeat: for what is only read.
 */
export function* applying(
  version: Version,
  changes: readonly Change[],
  isCut: boolean,
  allowsDuplicates = false,
): Sliced<Version> {
  const {dialect, number} = version;
  const owner: Owner = {};
  const tables = version.tables.ownedBy(owner);
  const isInPlace = false;
  const mode: DraftMode = {dialect, owner, isInPlace, isCut, allowsDuplicates};
  for (const change of changes) {
    if (change.kind === 'drop') tables.delete(change.table);
    else {
      const table = tables.get(change.table);
      tables.set(change.table, yield* applyToTable(table, change, mode));
    }
  }
  const references = changes.some(({kind}) => kind === 'schema')
    ? referencesOf(tables, dialect)
    : version.references;
  return {number: number + 1, dialect, tables, owner, references};
}

/**
 * As {@link apply} for one row, but the trees that are in no older version are
 * changed in place, and `version` is of no more use. Only for who holds the one
 * reference to it. When this fails `version` is as it was: an update is checked
 * as a whole before anything is touched, a new row is taken out again.
 *
 * It saves a statement about 2 kB of copied nodes for each tree it touches.
 */
export function applyInPlace(
  version: Version,
  name: string,
  change: RowChange,
): Version {
  const {dialect, number, owner, tables, references} = version;
  const table = tables.get(name);
  assert(table !== undefined, `table ${name} exists`);
  const mode: DraftMode = {
    dialect,
    owner,
    isInPlace: true,
    isCut: false,
    allowsDuplicates: false,
  };
  const draft = new TableDraft(table, mode);
  draft.changeOne(change);
  const next = draft.finish();
  if (next !== table) tables.set(name, next);
  return {number: number + 1, dialect, tables, owner, references};
}

function* applyToTable(
  table: Table | undefined,
  change: Exclude<Change, {kind: 'drop'}>,
  mode: DraftMode,
): Sliced<Table> {
  if (change.kind === 'schema') {
    let current = table;
    for (const step of change.steps) {
      current =
        step.kind === 'addIndex'
          ? yield* withIndexInSlices(current!, step.index, mode)
          : applyStep(current, step, mode);
    }
    return current!;
  }
  assert(table !== undefined, `table ${change.table} exists`);
  if (change.kind === 'sequence') return {...table, nextSequence: change.next};
  if (change.kind === 'truncate') {
    const nextSequence = change.restartsIds ? 1 : table.nextSequence;
    return {...withoutRows(table, mode), nextSequence};
  }
  const draft = new TableDraft(table, mode);
  const {changes} = change;
  if (changes.length === 1) draft.changeOne(changes[0]!);
  else yield* draft.change(changes);
  return draft.finish();
}

function applyStep(
  table: Table | undefined,
  step: Exclude<SchemaStep, {kind: 'addIndex'}>,
  mode: DraftMode,
): Table {
  if (step.kind === 'createTable') {
    return emptyTable(step.schema, mode.dialect);
  }
  assert(table !== undefined, 'a table exists before it is changed');
  switch (step.kind) {
    case 'declare':
      return withSchema(table, step.schema);
    case 'note':
      return {...table, declared: step.schema};
    case 'keep':
      return {...table, kept: step.schema};
    case 'checkRows':
      requireSoundRows(table);
      return table;
    case 'changePrimaryKey':
      return withDeclaredIds(table, mode);
    case 'dropIndex': {
      const draft = new TableDraft(table, mode);
      draft.dropIndex(step.name);
      return draft.finish();
    }
    default:
      return unreachable(step);
  }
}

/**
 * Checks every invariant of a version: rows stand under their ids and keep the
 * rules of their table, every index has exactly one entry for each row, in
 * order, the trees are sound, and every foreign key refers to a row that is
 * there. Returns what is wrong in words; an empty array when all is well. O(n).
 */
export function verify(version: Version): string[] {
  const problems: string[] = [];
  version.tables.forEach(table => void problems.push(...verifyTable(table)));
  return [...problems, ...orphans(version.tables, version.dialect)];
}
