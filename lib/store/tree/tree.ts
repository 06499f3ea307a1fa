import {inPieces, inSlices} from '../../base/cuttable';
import type {Sliced} from '../../base/slices';
import type {Cut, Key, KeyOrder} from './key-order';
import {type Batches, batchesOf} from './batches';
import {type Part, visitSome} from './fetch';
import {valuesUnder} from './get-all';
import {LeafWalk} from './leaves';
import type {KeyRange, Skip, Visit} from './scan';
import {RangeWalk} from './walk';
import {addHalf, joinShort, splitNode} from './balance';
import {copyOfLeaf, enterAt, overwriteAt, removeAt} from './leaf';
import {Merge, nothing, type Writes} from './merge';
import {
  Branch,
  hasTrueWeights,
  isAt,
  Leaf,
  lengthOf,
  lowerBound,
  maxNodeSize,
  type Node,
  nodesOf,
  noValues,
  weightUpTo,
} from './nodes';

export type {Entry} from './batches';
export {type KeyRange, type Skip, stop, type Visit} from './scan';

/** A token for whoever may change a tree in place; see {@link Tree.ownedBy}. */
export type Owner = object;

/** Whose nodes are whose: a tree changes only nodes that its own edit made. */
let lastEdit = 0;

/** What a write makes of the value at a key. */
interface Write<V> {
  readonly key: Key;
  /** Gets and gives {@link nothing} where the key is not, or not to be, there. */
  change(old: V | typeof nothing, argument: never): V | typeof nothing;
  readonly argument: unknown;
}

/**
 * A sorted map: a B+ tree that can be copied in O(1). A copy shares its nodes
 * with the original; whichever writes copies the few nodes that it touches.
 *
 *   edit 1   [ 20 | 40 ]            a copy begins edit 2; set(30, x)
 *            /    |    \
 *     [5 20] [25 40] [50 60]        edit 2   [ 20 | 40 ]
 *        |               |                   /    |    \
 *        +---- shared ---|------------------+ [25 30 40] |
 *                        +------- shared ----------------+
 *
 * Each entry has a weight, 1 unless the tree is told otherwise, and each branch
 * knows the weight below each child: so the weight of any range is known, and a
 * scan passes over any number of rows, in O(log n).
 */
export class Tree<V> {
  /** The node at the top, for all to look at; only the tree changes it. */
  root: Node<V>;
  private entryCount = 0;
  private totalWeight = 0;
  private edit = ++lastEdit;

  private constructor(
    readonly order: KeyOrder,
    private readonly owner: Owner,
    readonly weigh: (value: unknown) => number,
  ) {
    this.root = new Leaf<V>(this.edit, [], []);
  }

  /** An empty tree in the given order of keys. */
  static create<V>(
    order: KeyOrder,
    owner: Owner = {},
    weigh: (value: unknown) => number = one,
  ): Tree<V> {
    return new Tree(order, owner, weigh);
  }

  /**
   * Fills an empty tree with the keys, which must be strictly ascending, and the
   * values at the same places, and returns it. O(n), and several times as fast
   * as storing one by one.
   */
  filled(keys: readonly Key[], values: readonly V[]): this {
    const {root, weight} = nodesOf(keys, values, this.edit, this.weigh);
    this.root = root;
    this.totalWeight = weight;
    this.entryCount = keys.length;
    return this;
  }

  /**
   * As {@link filled}, for a tree that is a set of keys: it is always to have
   * undefined for values, which takes no memory then.
   */
  filledWithKeys(this: Tree<undefined>, keys: readonly Key[]): Tree<undefined> {
    return this.filled(keys, noValues);
  }

  /** The number of entries. O(1). */
  get size(): number {
    return this.entryCount;
  }

  /** The value at a key, or undefined. O(log n). */
  get(key: Key): V | undefined {
    const {order} = this;
    let node = this.root;
    while (node instanceof Branch) {
      node = node.children[lowerBound(node.keys, key, order)]!;
    }
    const index = lowerBound(node.keys, key, order);
    return isAt(node, index, key, order) ? node.values[index] : undefined;
  }

  /** The values at some keys, as {@link get} gives them, for less. */
  getAll(keys: readonly Key[]): (V | undefined)[] {
    return valuesUnder(this.root, keys, this.order);
  }

  /** Whether the key is present, also with an undefined value. O(log n). */
  has(key: Key): boolean {
    const {order} = this;
    let node = this.root;
    while (node instanceof Branch) {
      node = node.children[lowerBound(node.keys, key, order)]!;
    }
    return isAt(node, lowerBound(node.keys, key, order), key, order);
  }

  /** Stores a value, in the place of an older one. O(log n). */
  set(key: Key, value: V): void {
    this.write({key, change: replacing, argument: value});
  }

  /** Stores a value unless the key is present; tells whether it did. */
  insert(key: Key, value: V): boolean {
    const before = this.entryCount;
    this.write({key, change: keeping, argument: value});
    return this.entryCount > before;
  }

  /** Removes a key; tells whether it was present. O(log n). */
  delete(key: Key): boolean {
    const before = this.entryCount;
    this.write({key, change: removing, argument: undefined});
    return this.entryCount < before;
  }

  /**
   * Puts what `change` makes of the value at a key in its place; undefined is no
   * value. `change` may alter the value itself: its weight is taken before and
   * after. When it throws, the tree is as it was. O(log n).
   */
  update(key: Key, change: (value: V | undefined) => V | undefined): void {
    this.write({key, change: changing, argument: change});
  }

  /**
   * The tree for `owner` to change: itself if it was made for the same owner,
   * else an independent copy. O(1); writes to a copy copy the nodes they touch.
   */
  ownedBy(owner: Owner): Tree<V> {
    if (owner === this.owner) return this;
    const copy = new Tree<V>(this.order, owner, this.weigh);
    copy.root = this.root;
    copy.entryCount = this.entryCount;
    copy.totalWeight = this.totalWeight;
    // From now on the nodes are nobody's: this tree's next write copies, too.
    this.edit = ++lastEdit;
    return copy;
  }

  /**
   * A tree for `owner` with many writes made at once, as work that can be cut if
   * `isCut`; undefined when one was refused. This tree stays as it is.
   */
  *merging(
    writes: Writes<V>,
    owner: Owner,
    isCut: boolean,
  ): Sliced<Tree<V> | undefined> {
    const {order, root, weigh} = this;
    const next = new Tree<V>(order, owner, weigh);
    // As in `ownedBy`: both share nodes.
    this.edit = ++lastEdit;
    const merge = new Merge({root, order, weigh, edit: next.edit}, writes);
    yield* inSlices(inPieces(isCut, most => merge.advance(most)));
    if (merge.isRefused) return undefined;
    const merged = merge.finish();
    next.root = merged.root;
    next.entryCount = this.entryCount + merge.growth;
    next.totalWeight = merged.weight;
    return next;
  }

  /** The least key, or undefined when the tree is empty. */
  firstKey(): Key {
    let node = this.root;
    while (node instanceof Branch) node = node.children[0]!;
    return node.keys[0];
  }

  /** The greatest key, or undefined when the tree is empty. */
  lastKey(): Key {
    let node = this.root;
    while (node instanceof Branch) node = node.children.at(-1)!;
    return node.keys.at(-1);
  }

  /** Visits all entries in ascending order. */
  forEach(visit: Visit<V>): void {
    this.scan({}, false, visit);
  }

  /**
   * Hands out all values, upwards or downwards, those of one leaf at a time: for
   * loops that cannot afford a call for each. The arrays are neither to be
   * changed nor kept: a write may change them.
   */
  leaves(isReverse: boolean): LeafWalk<V> {
    return new LeafWalk(this.root, isReverse);
  }

  /**
   * Visits the entries of a range, upwards or downwards. Entries whose weight
   * fits into what is left to skip are passed over, subtrees at a time; the
   * first that does not fit is visited, and what is left is left to the visitor.
   */
  scan(
    range: KeyRange,
    isReverse: boolean,
    visit: Visit<V>,
    skip: Skip = {left: 0},
  ): void {
    this.walk(range, isReverse, skip).advance(visit);
  }

  /**
   * As {@link scan}, for who stops and goes on: a long scan that can be
   * interrupted. The tree must not be changed meanwhile.
   */
  walk(
    range: KeyRange,
    isReverse: boolean,
    skip: Skip = {left: 0},
  ): RangeWalk<V> {
    return new RangeWalk(this, range, isReverse, skip);
  }

  /**
   * Visits those of some strictly ascending keys that are there, in one walk; of
   * all the keys, or of a part of them. Returns the place of the key at which the
   * visitor has stopped, or the end of the part.
   */
  fetch(
    keys: ArrayLike<Key>,
    visit: Visit<V>,
    part: Part = {from: 0, end: keys.length},
  ): number {
    return visitSome(this.root, keys, part, {order: this.order, visit});
  }

  /** The weight of all entries in a range. O(log n). */
  weightBetween({low, high}: KeyRange): number {
    const end = high === undefined ? this.totalWeight : this.weightUpTo(high);
    const start = low === undefined ? 0 : this.weightUpTo(low);
    return Math.max(0, end - start);
  }

  private weightUpTo(cut: Cut): number {
    return weightUpTo(this.root, cut, this.order, this.weigh);
  }

  /** The entries of a range, some at a time; see {@link walk}. */
  batches(range: KeyRange, isReverse: boolean): Batches<V> {
    return batchesOf(this.walk(range, isReverse));
  }

  private write(write: Write<V>): void {
    const {edit, weigh} = this;
    const root = (this.root = this.own(this.root));
    this.totalWeight += this.writeBelow(root, write, true);
    if (lengthOf(root) > maxNodeSize) {
      const weights = [this.totalWeight];
      const above = new Branch(edit, [], [root], weights);
      addHalf(above, 0, splitNode(root, edit, true), weigh);
      this.root = above;
    }
    while (this.root instanceof Branch && this.root.children.length <= 1) {
      this.root = this.root.children[0] ?? new Leaf<V>(edit, [], []);
    }
  }

  /**
   * Writes below a node, which is the tree's own. Returns the weight that was
   * added; the node may be too long or too short then. `isLast` tells whether
   * nothing comes after the node.
   */
  private writeBelow(node: Node<V>, write: Write<V>, isLast: boolean): number {
    const place = lowerBound(node.keys, write.key, this.order);
    if (!(node instanceof Branch)) return this.writeAt(node, place, write);
    const {edit, weigh} = this;
    const isLastChild = isLast && place === node.children.length - 1;
    const old = node.children[place]!;
    const child = this.own(old);
    if (child !== old) node.children[place] = child;
    const weight = this.writeBelow(child, write, isLastChild);
    if (weight !== 0) node.weights[place]! += weight;
    const length = lengthOf(child);
    if (length > maxNodeSize) {
      addHalf(node, place, splitNode(child, edit, isLastChild), weigh);
    } else if (weight < 0 && length <= maxNodeSize / 4) {
      joinShort(node, place, edit);
    }
    return weight;
  }

  private writeAt(leaf: Leaf<V>, place: number, write: Write<V>): number {
    const {order, weigh} = this;
    const {key} = write;
    const isPresent = isAt(leaf, place, key, order);
    const old = isPresent ? leaf.values[place]! : nothing;
    const oldWeight = old === nothing ? 0 : weigh(old);
    const value = write.change(old, write.argument as never);
    if (value === nothing) {
      if (old !== nothing) {
        removeAt(leaf, place);
        this.entryCount--;
      }
      return -oldWeight;
    }
    if (old === nothing) {
      enterAt(leaf, place, key, value);
      this.entryCount++;
    } else if (value !== old) overwriteAt(leaf, place, key, value);
    return weigh(value) - oldWeight;
  }

  private own(node: Node<V>): Node<V> {
    const {edit} = this;
    if (node.edit === edit) return node;
    return node instanceof Branch
      ? new Branch(edit, node.keys, [...node.children], [...node.weights])
      : copyOfLeaf(node, edit);
  }

  /** What is wrong with order, numbers or weights, in words. O(n). */
  problems(): string[] {
    let previous: Key = undefined;
    let isOrdered = true;
    let count = 0;
    let weight = 0;
    this.forEach((value, key) => {
      if (count > 0 && this.order(previous, key) >= 0) isOrdered = false;
      previous = key;
      count++;
      weight += this.weigh(value);
    });
    const isWeighed =
      weight === this.totalWeight && hasTrueWeights(this.root, this.weigh);
    return [
      ...(isOrdered ? [] : ['the tree is out of order']),
      ...(count === this.size
        ? []
        : [`the tree is damaged: ${count} of ${this.size} entries`]),
      ...(isWeighed ? [] : ['the tree has wrong weights']),
    ];
  }
}

function one(): number {
  return 1;
}

function replacing<V>(_: unknown, value: V): V {
  return value;
}

function keeping<V>(old: V | typeof nothing, value: V): V {
  return old === nothing ? value : old;
}

function removing(): typeof nothing {
  return nothing;
}

function changing<V>(
  old: V | typeof nothing,
  change: (value: V | undefined) => V | undefined,
): V | typeof nothing {
  const value = change(old === nothing ? undefined : old);
  return value === undefined ? nothing : value;
}
