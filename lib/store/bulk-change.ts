/**
 * Changing many rows of a table at once: the changed keys of each tree are put in
 * order, and written in one walk through it (`tree/merge.ts`). Where something
 * is the matter with the changes the answer is undefined: making them one by one
 * tells what.
 */

import {
  eachInSlices,
  mapInSlices,
  type Sliced,
  someInSlices,
} from '../base/slices';
import type {Row} from '../value/copy';
import type {Dialect} from '../value/dialect';
import type {Trees} from './bulk-load';
import {
  type Index,
  type IndexContext,
  type IndexKeys,
  isEnteredAnew,
  isLimited,
} from './index-tree';
import {
  changedPosting,
  changingPosting,
  type IdChanges,
  type Posting,
  PostingList,
  postingSize,
} from './posting';
import {type Column, sequenceInSlices} from './sort-keys';
import type {IdKeys, RowChange} from './table';
import type {Key, KeyOrder} from './tree/key-order';
import {nothing, refused} from './tree/merge';
import type {Tree} from './tree/tree';

/** Ids under one key that are taken to change for long. */
const manyIds = 2_000;

/** Changes of rows by their ids, ascending, which are those of the rows after them. */
export interface SortedChanges {
  readonly ids: readonly Key[];
  readonly changes: readonly RowChange[];
}

/** What changes, and how. */
export interface BulkChange {
  readonly ids: IdKeys;
  readonly changes: readonly RowChange[];
  readonly context: IndexContext;
}

/**
 * The trees with many changes made, each of another row. Undefined when a row
 * gets another id, an id or a unique key is taken, or ids cannot be sorted.
 */
export function* changedTrees(
  {rows, indexes}: Trees,
  {ids, changes, context}: BulkChange,
): Sliced<Trees | undefined> {
  const {isCut, dialect} = context.mode;
  const sorted = yield* sortedChanges(changes, ids, dialect, isCut);
  if (sorted === undefined) return undefined;
  const changed = yield* changedRows(rows, sorted, context);
  if (changed === undefined) return undefined;
  const haveUpdates = changes.some(({kind}) => kind === 'update');
  let moves: Moves | undefined;
  const all: Index[] = [];
  for (const index of indexes) {
    if (haveUpdates || moves === undefined) {
      moves = yield* movesIn(index.keys, sorted, changed.olds);
    }
    const next = yield* new IndexChange(index, moves, context).making();
    if (next === undefined) return undefined;
    all.push(next);
  }
  return {rows: changed.rows, indexes: all};
}

/**
 * The changes by id. Undefined when a row gets another id, two have the same, or
 * ids cannot be sorted.
 */
export function* sortedChanges(
  changes: readonly RowChange[],
  {keyOf, order}: IdKeys,
  {texts}: Pick<Dialect, 'texts'>,
  isCut: boolean,
): Sliced<SortedChanges | undefined> {
  let movesId = false;
  const ids = yield* mapInSlices(changes, change => {
    if (change.kind === 'delete') return change.id;
    const id = keyOf(change.row);
    if (change.kind === 'update' && order(change.id, id) !== 0) movesId = true;
    return id;
  });
  if (movesId) return undefined;
  if (yield* areAscending(ids, order)) return {ids, changes};
  if (texts !== undefined) return undefined;
  const column = {values: ids, direction: 1} as const;
  const {places, repeats} = yield* sequenceInSlices([column], isCut);
  if (repeats.includes(1)) return undefined;
  return {
    ids: yield* mapInSlices(places, place => ids[place]),
    changes: yield* mapInSlices(places, place => changes[place]!),
  };
}

/** The rows after the changes, and what was there before each. */
function* changedRows(
  rows: Tree<Row>,
  {ids, changes}: SortedChanges,
  {mode}: IndexContext,
): Sliced<{rows: Tree<Row>; olds: readonly (Row | undefined)[]} | undefined> {
  const olds: (Row | undefined)[] = [];
  const change = (old: Row | typeof nothing, place: number) => {
    const made = changes[place]!;
    const isNew = made.kind === 'insert';
    if (isNew !== (old === nothing)) return refused;
    olds.push(old === nothing ? undefined : old);
    return made.kind === 'delete' ? nothing : made.row;
  };
  const next = yield* rows.merging({keys: ids, change}, mode.owner, mode.isCut);
  return next && {rows: next, olds};
}

function* areAscending(ids: readonly Key[], order: KeyOrder): Sliced<boolean> {
  let place = 0;
  const isWrong = yield* someInSlices(ids, id => {
    const before = place++ - 1;
    return before >= 0 && order(ids[before], id) >= 0;
  });
  return !isWrong;
}

/** The rows that go from an index and those that come into it, by their ids. */
interface Moves {
  readonly ids: readonly Key[];
  readonly rows: readonly Row[];
  /** How many of them go; the others come. */
  readonly goneCount: number;
}

function* movesIn(
  keys: IndexKeys,
  {ids, changes}: SortedChanges,
  olds: readonly (Row | undefined)[],
): Sliced<Moves> {
  const gone: Key[] = [];
  const goneRows: Row[] = [];
  const come: Key[] = [];
  const comeRows: Row[] = [];
  yield* eachInSlices(changes, (change, i) => {
    const old = olds[i];
    const row = change.kind === 'delete' ? undefined : change.row;
    if (old && row && !isEnteredAnew(keys, old, row)) return;
    if (old) {
      gone.push(ids[i]);
      goneRows.push(old);
    }
    if (row) {
      come.push(ids[i]);
      comeRows.push(row);
    }
  });
  return {
    ids: gone.concat(come),
    rows: goneRows.concat(comeRows),
    goneCount: gone.length,
  };
}

/** The change of one index: rows go from it, and rows come into it. */
class IndexChange {
  /** The keys concerned, ascending. */
  private readonly keys: Key[] = [];
  /** Where the moves under each key begin among all, by key; and the end. */
  private readonly starts: number[] = [];
  private places: Int32Array = new Int32Array();
  /** What becomes of postings that take long, by the place of their key. */
  private readonly made = new Map<number, Posting>();

  constructor(
    private readonly index: Index,
    private readonly moves: Moves,
    private readonly context: IndexContext,
  ) {}

  /** The index with the moves made; undefined when a unique key is taken. */
  *making(): Sliced<Index | undefined> {
    const {index, moves} = this;
    if (moves.ids.length === 0) return index;
    const {mode} = this.context;
    yield* this.sort();
    if (!(yield* this.makeLongOnes())) return undefined;
    const change = (old: Posting, place: number) =>
      this.made.get(place) ?? this.changed(old, place);
    const writes = {keys: this.keys, change};
    const entries = yield* index.entries.merging(
      writes,
      mode.owner,
      mode.isCut,
    );
    return entries && {...(yield* this.counts()), keys: index.keys, entries};
  }

  /** Puts the moves in the order of their keys, and those under a key together. */
  private *sort(): Sliced<void> {
    const {keys, starts} = this;
    const {parts, texts} = this.index.keys;
    const columns: Column[] = [];
    for (const {valueOf, direction} of parts) {
      const values = yield* mapInSlices(this.moves.rows, valueOf);
      columns.push({values, direction, texts});
    }
    const isCut = this.context.mode.isCut;
    const {places, repeats} = yield* sequenceInSlices(columns, isCut);
    this.places = places;
    const all = columns.map(({values}) => values);
    const [first] = all;
    yield* eachInSlices(places, (place, i) => {
      if (repeats[i] === 0) starts.push(i);
      if (repeats[i + 1] === 1) return;
      // That of a row that comes, if one does.
      keys.push(
        all.length === 1 ? first![place] : all.map(values => values[place]),
      );
    });
    starts.push(places.length);
  }

  /**
   * What becomes of a posting, or of {@link nothing}; {@link refused} where a
   * unique key is taken.
   */
  private changed(old: Posting, place: number): Posting {
    const start = this.starts[place]!;
    const {goneCount, ids} = this.moves;
    if (this.starts[place + 1] === start + 1) {
      const at = this.places[start]!;
      if (at < goneCount) {
        if (!(old instanceof PostingList)) return nothing;
      } else if (old === nothing) return ids[at];
    }
    const before = old === nothing ? undefined : old;
    const changes = this.changesAt(place);
    if (this.isRefused(before, changes, place)) return refused;
    return changedPosting(before, changes, this.postingMode) ?? nothing;
  }

  private changesAt(place: number): IdChanges {
    const {goneCount, ids} = this.moves;
    const gone: Key[] = [];
    const come: Key[] = [];
    const end = this.starts[place + 1]!;
    for (let i = this.starts[place]!; i < end; i++) {
      const at = this.places[i]!;
      (at < goneCount ? gone : come).push(ids[at]);
    }
    return {gone, come};
  }

  private get postingMode() {
    const {idOrder: order, mode} = this.context;
    return {order, owner: mode.owner};
  }

  private isRefused(
    old: Posting,
    {gone, come}: IdChanges,
    place: number,
  ): boolean {
    if (come.length === 0) return false;
    const {dialect, allowsDuplicates} = this.context.mode;
    const left = (old === undefined ? 0 : postingSize(old)) - gone.length;
    return (
      left + come.length > 1 &&
      !allowsDuplicates &&
      isLimited(this.index.keys.definition, this.keys[place], dialect)
    );
  }

  /** Makes postings that take long in slices; false when one is refused. */
  private *makeLongOnes(): Sliced<boolean> {
    if (!this.context.mode.isCut) return true;
    const {entries} = this.index;
    for (const [place, key] of this.keys.entries()) {
      const count = this.starts[place + 1]! - this.starts[place]!;
      if (count < manyIds) continue;
      const old = entries.get(key);
      const changes = this.changesAt(place);
      if (this.isRefused(old, changes, place)) return false;
      const made = yield* changingPosting(old, changes, this.postingMode);
      this.made.set(place, made ?? nothing);
    }
    return true;
  }

  /** How many rows are multi-valued or inexact after the moves. */
  private *counts(): Sliced<Pick<Index, 'inexactRows' | 'multiValuedRows'>> {
    const {keys} = this.index;
    const {goneCount, rows} = this.moves;
    let {inexactRows, multiValuedRows} = this.index;
    yield* eachInSlices(rows, (row, i) => {
      const added = i < goneCount ? -1 : 1;
      if (keys.isMultiValued(row)) multiValuedRows += added;
      if (keys.isInexact(row)) inexactRows += added;
    });
    return {inexactRows, multiValuedRows};
  }
}
