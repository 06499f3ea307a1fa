import {runAtOnce, type Sliced} from '../base/slices';
import type {Key, KeyOrder} from './tree/key-order';
import {nothing} from './tree/merge';
import {type KeyRange, type Owner, stop, Tree, type Visit} from './tree/tree';

/**
 * The rows under one key of an index, in the order of their ids: the id itself
 * while there is one row, a {@link PostingList} when there are more. (Ids can be
 * of any type, so the compiler cannot tell the two apart; `instanceof` does.)
 *
 *   country = 'LI'   ->  3042030
 *   country = 'SM'   ->  [3168070, 3178807]
 *   country = 'US'   ->  a tree of 15,000 ids
 *
 * Most indexes have either about one row for a key, or few keys with many
 * rows; so an entry costs two words in the one case and little more than one in
 * the other.
 */
export type Posting = Key;

/** Up to this many ids stay in an array; more go into a tree. */
const maxArrayLength = 32;

/** Two or more ids in ascending order; an array is never changed. */
export class PostingList {
  constructor(readonly ids: readonly Key[] | Tree<undefined>) {}

  /** The number of ids. O(1). */
  get size(): number {
    return isTree(this.ids) ? this.ids.size : this.ids.length;
  }
}

/** The posting of several ids, which must be ascending. */
export function postingOf(
  ids: readonly Key[],
  order: KeyOrder,
  owner: Owner,
): Posting {
  return new PostingList(
    ids.length <= maxArrayLength ? ids : toTree(ids, order, owner),
  );
}

/** An empty tree of postings, which knows the number of rows in any range. */
export function entryTree(order: KeyOrder, owner?: Owner): Tree<Posting> {
  return Tree.create(order, owner, postingSize);
}

/** The number of rows in a posting. O(1). */
export function postingSize(posting: Posting): number {
  return posting instanceof PostingList ? posting.size : 1;
}

/**
 * Visits the ids of a posting, ascending, and tells the visitor the key under
 * which they stand, if it is given. Returns `stop` when stopped.
 */
export function forEachId(
  posting: Posting,
  visit: (id: Key, key: Key) => typeof stop | void,
  key?: Key,
): typeof stop | void {
  if (!(posting instanceof PostingList)) return visit(posting, key);
  if (!isTree(posting.ids)) {
    for (const id of posting.ids) if (visit(id, key) === stop) return stop;
    return undefined;
  }
  let result: typeof stop | void = undefined;
  const visitEntry: Visit<undefined> = (_, id) => (result = visit(id, key));
  posting.ids.forEach(visitEntry);
  return result;
}

/** The ids of postings, some at a time; see {@link Tree.batches}. */
export function* idsInSlices(
  tree: Tree<Posting>,
  range: KeyRange,
): Generator<readonly Key[], void, void> {
  for (const batch of tree.batches(range, false)) {
    for (const [, posting] of batch) yield* idBatches(posting);
  }
}

/** The ids of a posting, ascending, some at a time; see {@link Tree.batches}. */
export function* idBatches(
  posting: Posting,
): Generator<readonly Key[], void, void> {
  if (!(posting instanceof PostingList)) yield [posting];
  else if (!isTree(posting.ids)) yield posting.ids;
  else {
    for (const batch of posting.ids.batches({}, false)) {
      yield batch.map(([id]) => id);
    }
  }
}

/** The ids of a posting that has so many that they are in a tree. */
export function idsInTree({ids}: PostingList): Tree<undefined> | undefined {
  return isTree(ids) ? ids : undefined;
}

/** The ids of a posting, ascending; undefined where there are so many that they are in a tree. */
export function fewIds(posting: Posting): readonly Key[] | undefined {
  if (!(posting instanceof PostingList)) return [posting];
  return isTree(posting.ids) ? undefined : posting.ids;
}

/** The least id of a posting. */
export function firstId(posting: Posting): Key {
  let first: Key = undefined;
  forEachId(posting, id => {
    first = id;
    return stop;
  });
  return first;
}

/** Whether an id is in a posting. O(log n). */
export function postingHas(
  posting: Posting,
  id: Key,
  order: KeyOrder,
): boolean {
  if (!(posting instanceof PostingList)) return order(posting, id) === 0;
  if (isTree(posting.ids)) return posting.ids.has(id);
  const place = lowerBound(posting.ids, id, order);
  return place < posting.ids.length && order(posting.ids[place], id) === 0;
}

/**
 * The posting with an id added. The one that is given stays as it was, unless
 * its tree is the owner's.
 */
export function withId(
  posting: Posting,
  id: Key,
  order: KeyOrder,
  owner: Owner,
): Posting {
  if (!(posting instanceof PostingList)) {
    const ids = order(posting, id) < 0 ? [posting, id] : [id, posting];
    return new PostingList(ids);
  }
  if (isTree(posting.ids)) {
    const tree = posting.ids.ownedBy(owner);
    tree.set(id, undefined);
    return tree === posting.ids ? posting : new PostingList(tree);
  }
  // An array of exactly the size needed; growing one would reserve more.
  const ids = posting.ids.toSpliced(lowerBound(posting.ids, id, order), 0, id);
  return postingOf(ids, order, owner);
}

/** The posting without an id, or undefined when no id is left. */
export function withoutId(
  posting: Posting,
  id: Key,
  order: KeyOrder,
  owner: Owner,
): Posting {
  if (!(posting instanceof PostingList)) return undefined;
  if (isTree(posting.ids)) {
    const tree = posting.ids.ownedBy(owner);
    tree.delete(id);
    if (tree.size <= maxArrayLength / 2) return new PostingList(toArray(tree));
    return tree === posting.ids ? posting : new PostingList(tree);
  }
  const ids = posting.ids.toSpliced(lowerBound(posting.ids, id, order), 1);
  return ids.length === 1 ? ids[0] : new PostingList(ids);
}

/** What happens to the rows under one key: ids that go and that come, ascending. */
export interface IdChanges {
  readonly gone: readonly Key[];
  readonly come: readonly Key[];
}

/** How ids are ordered, and for whom postings are made. */
export interface PostingMode {
  readonly order: KeyOrder;
  readonly owner: Owner;
}

/**
 * A posting, or undefined where there is none, with many changes made at once;
 * undefined when no id is left. An id may go and come again. The posting stays as it was.
 */
export function changedPosting(
  posting: Posting,
  changes: IdChanges,
  mode: PostingMode,
): Posting {
  const {gone, come} = changes;
  const size = posting === undefined ? 0 : postingSize(posting);
  if (gone.length === size) return posted(come, mode);
  if (posting instanceof PostingList && isTree(posting.ids)) {
    return runAtOnce(changingTree(posting.ids, changes, mode, false));
  }
  const ids = posting instanceof PostingList ? posting.ids : [posting];
  const {order} = mode;
  const changed: Key[] = [];
  let [g, c] = [0, 0];
  for (const id of ids as readonly Key[]) {
    while (c < come.length && order(come[c], id) < 0) changed.push(come[c++]);
    if (g < gone.length && order(gone[g], id) === 0) g++;
    else changed.push(id);
  }
  return posted(changed.concat(come.slice(c)), mode);
}

/** As {@link changedPosting}, as work that can be cut. */
export function* changingPosting(
  posting: Posting,
  changes: IdChanges,
  mode: PostingMode,
): Sliced<Posting> {
  const {gone, come} = changes;
  if (posting instanceof PostingList && isTree(posting.ids)) {
    return gone.length === posting.size && come.length === 0
      ? undefined
      : yield* changingTree(posting.ids, changes, mode, true);
  }
  if (come.length <= 2 * maxArrayLength) {
    return changedPosting(posting, changes, mode);
  }
  const first = {gone, come: come.slice(0, 2 * maxArrayLength)};
  const begun = changedPosting(posting, first, mode) as PostingList;
  const rest = {gone: [], come: come.slice(2 * maxArrayLength)};
  return yield* changingTree(begun.ids as Tree<undefined>, rest, mode, true);
}

/** The posting of some ids, ascending; undefined when there is none. */
function posted(ids: readonly Key[], {order, owner}: PostingMode): Posting {
  return ids.length > 1 ? postingOf(ids, order, owner) : ids[0];
}

function* changingTree(
  tree: Tree<undefined>,
  changes: IdChanges,
  {order, owner}: PostingMode,
  isCut: boolean,
): Sliced<Posting> {
  const {keys, areThere} = changedIds(changes, order);
  const change = (_: unknown, place: number) =>
    areThere[place] === true ? undefined : nothing;
  const ids = (yield* tree.merging({keys, change}, owner, isCut))!;
  if (ids.size > maxArrayLength / 2) return new PostingList(ids);
  return posted(toArray(ids), {order, owner});
}

/** All ids of some changes, ascending, and whether each is there after them. */
function changedIds({gone, come}: IdChanges, order: KeyOrder) {
  const keys: Key[] = [];
  const areThere: boolean[] = [];
  let [g, c] = [0, 0];
  while (g < gone.length || c < come.length) {
    const isGone =
      c === come.length || (g < gone.length && order(gone[g], come[c]) < 0);
    const isSame = !isGone && g < gone.length && order(gone[g], come[c]) === 0;
    keys.push(isGone ? gone[g] : come[c]);
    areThere.push(!isGone);
    if (isGone || isSame) g++;
    if (!isGone) c++;
  }
  return {keys, areThere};
}

function isTree(ids: PostingList['ids']): ids is Tree<undefined> {
  return ids instanceof Tree;
}

function lowerBound(ids: readonly Key[], id: Key, order: KeyOrder): number {
  let low = 0;
  let high = ids.length;
  if (high > 0 && order(ids[high - 1], id) < 0) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(ids[middle], id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toTree(
  ids: readonly Key[],
  order: KeyOrder,
  owner: Owner,
): Tree<undefined> {
  return Tree.create<undefined>(order, owner).filledWithKeys(ids);
}

function toArray(tree: Tree<undefined>): Key[] {
  const ids: Key[] = [];
  tree.forEach((_, id) => void ids.push(id));
  return ids;
}
