import type {Cut, Key, KeyOrder} from './key-order';
import {type Batches, batchesOf} from './tree-batches';
import {eachLeaf, type VisitLeaf} from './tree-leaves';
import {type KeyRange, scanNode, type Skip, type Visit} from './tree-scan';
import {
  Branch,
  hasTrueWeights,
  isAt,
  isRightmost,
  Leaf,
  lengthOf,
  lowerBound,
  maxNodeSize,
  merged,
  type Node,
  nodesOf,
  splitBranch,
  splitLeaf,
  takeOut,
  weightBefore,
} from './tree-nodes';

export type {Entry} from './tree-batches';
export {type KeyRange, type Skip, stop, type Visit} from './tree-scan';

/** A token for whoever may change a tree in place; see {@link Tree.ownedBy}. */
export type Owner = object;

/** Whose nodes are whose: a tree changes only nodes that its own edit made. */
let lastEdit = 0;

/** Where a key is in a tree, or would be. */
interface Place<V> {
  /** Which child to take at each branch, from the root down. */
  readonly path: readonly number[];
  readonly leaf: Leaf<V>;
  readonly index: number;
  readonly isPresent: boolean;
}

/** The nodes from the root to a leaf, all of which the tree may change. */
interface OwnPath<V> {
  readonly branches: readonly Branch<V>[];
  readonly leaf: Leaf<V>;
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
  private root: Node<V>;
  private entryCount = 0;
  private totalWeight = 0;
  private edit = ++lastEdit;

  private constructor(
    private readonly order: KeyOrder,
    private readonly owner: Owner,
    private readonly weigh: (value: unknown) => number,
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

  /** Whether the key is present, also with an undefined value. O(log n). */
  has(key: Key): boolean {
    return this.placeOf(key).isPresent;
  }

  /** Stores a value, in the place of an older one. O(log n). */
  set(key: Key, value: V): void {
    const place = this.placeOf(key);
    if (!place.isPresent) this.enter(place, key, value);
    else {
      const old = place.leaf.values[place.index]!;
      this.overwrite(place, [key, value], this.weigh(value) - this.weigh(old));
    }
  }

  /** Stores a value unless the key is present; tells whether it did. */
  insert(key: Key, value: V): boolean {
    const place = this.placeOf(key);
    if (!place.isPresent) this.enter(place, key, value);
    return !place.isPresent;
  }

  /** Removes a key; tells whether it was present. O(log n). */
  delete(key: Key): boolean {
    const place = this.placeOf(key);
    if (place.isPresent) {
      this.remove(place, this.weigh(place.leaf.values[place.index]!));
    }
    return place.isPresent;
  }

  /**
   * Puts what `change` makes of the value at a key in its place; undefined is no
   * value. `change` may alter the value itself: its weight is taken before and
   * after. When it throws, the tree is as it was. O(log n).
   */
  update(key: Key, change: (value: V | undefined) => V | undefined): void {
    const place = this.placeOf(key);
    const old = place.isPresent ? place.leaf.values[place.index] : undefined;
    const oldWeight = old === undefined ? 0 : this.weigh(old);
    const value = change(old);
    if (value === undefined) {
      if (old !== undefined) this.remove(place, oldWeight);
    } else if (old === undefined) this.enter(place, key, value);
    else this.overwrite(place, [key, value], this.weigh(value) - oldWeight);
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
   * Visits all values, upwards or downwards, those of one leaf at a time: for
   * loops that cannot afford a call for each. The arrays are not to be changed.
   */
  forEachLeaf(isReverse: boolean, visit: VisitLeaf<V>): void {
    eachLeaf(this.root, isReverse, visit);
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
    const {order, weigh} = this;
    scanNode(this.root, range, {order, weigh, isReverse, visit, skip});
  }

  /** The weight of all entries in a range. O(log n). */
  weightBetween({low, high}: KeyRange): number {
    const end = high === undefined ? this.totalWeight : this.weightUpTo(high);
    const start = low === undefined ? 0 : this.weightUpTo(low);
    return Math.max(0, end - start);
  }

  private weightUpTo(cut: Cut): number {
    const {order, weigh} = this;
    let weight = 0;
    let node = this.root;
    for (;;) {
      const place = lowerBound(node.keys, cut, order);
      weight += weightBefore(node, place, weigh);
      if (!(node instanceof Branch)) return weight;
      node = node.children[place]!;
    }
  }

  /**
   * The entries of a range, some at a time: a long scan that can be interrupted
   * between two of them. The tree must not be changed meanwhile.
   */
  batches(range: KeyRange, isReverse: boolean): Batches<V> {
    return batchesOf(this, this.order, range, isReverse);
  }

  private placeOf(key: Key): Place<V> {
    const {order} = this;
    const path: number[] = [];
    let node = this.root;
    while (node instanceof Branch) {
      const child = lowerBound(node.keys, key, order);
      path.push(child);
      node = node.children[child]!;
    }
    const index = lowerBound(node.keys, key, order);
    const isPresent = isAt(node, index, key, order);
    return {path, leaf: node, index, isPresent};
  }

  private enter(place: Place<V>, key: Key, value: V): void {
    const {path, index} = place;
    const {branches, leaf} = this.ownPath(path, this.weigh(value));
    // Arrays of exactly the size needed; growing ones would reserve more.
    leaf.keys = leaf.keys.toSpliced(index, 0, key);
    leaf.values = leaf.values.toSpliced(index, 0, value);
    this.entryCount++;
    if (leaf.keys.length > maxNodeSize) this.split(leaf, branches, path);
  }

  private overwrite(
    place: Place<V>,
    [key, value]: readonly [Key, V],
    addedWeight: number,
  ): void {
    const {leaf} = this.ownPath(place.path, addedWeight);
    const {index} = place;
    if (leaf.keys[index] !== key) leaf.keys = leaf.keys.with(index, key);
    if (leaf.values[index] !== value) {
      leaf.values = leaf.values.with(index, value);
    }
  }

  private remove({path, index}: Place<V>, weight: number): void {
    const {branches, leaf} = this.ownPath(path, -weight);
    leaf.keys = leaf.keys.toSpliced(index, 1);
    leaf.values = leaf.values.toSpliced(index, 1);
    this.entryCount--;
    this.mergeSmall(leaf, branches, path);
  }

  /** Makes the nodes of a path the tree's own, for a leaf that gains weight. */
  private ownPath(path: readonly number[], addedWeight: number): OwnPath<V> {
    const branches: Branch<V>[] = [];
    let node = (this.root = this.own(this.root));
    for (const i of path) {
      const branch = node as Branch<V>;
      branches.push(branch);
      branch.weights[i]! += addedWeight;
      node = branch.children[i] = this.own(branch.children[i]!);
    }
    this.totalWeight += addedWeight;
    return {branches, leaf: node as Leaf<V>};
  }

  private own(node: Node<V>): Node<V> {
    const {edit} = this;
    if (node.edit === edit) return node;
    return node instanceof Branch
      ? new Branch(edit, node.keys, [...node.children], [...node.weights])
      : new Leaf(edit, node.keys, node.values);
  }

  /** Cuts a node that is too long in two, and so on up to the root. */
  private split(
    leaf: Leaf<V>,
    branches: readonly Branch<V>[],
    path: readonly number[],
  ): void {
    const {edit, weigh} = this;
    let right: Node<V> = splitLeaf(leaf, edit, isRightmost(branches, path));
    let separator = leaf.keys.at(-1);
    for (let depth = path.length - 1; depth >= 0; depth--) {
      const branch = branches[depth]!;
      const place = path[depth]!;
      const weight = weightBefore(right, lengthOf(right), weigh);
      branch.keys = branch.keys.toSpliced(place, 0, separator);
      branch.children.splice(place + 1, 0, right);
      branch.weights[place]! -= weight;
      branch.weights.splice(place + 1, 0, weight);
      if (branch.children.length <= maxNodeSize) return;
      const middle = branch.children.length >>> 1;
      separator = branch.keys[middle - 1];
      right = splitBranch(branch, middle, edit);
    }
    const weight = weightBefore(right, lengthOf(right), weigh);
    const weights = [this.totalWeight - weight, weight];
    this.root = new Branch(edit, [separator], [this.root, right], weights);
  }

  /** Joins a node that has become short with one beside it, up to the root. */
  private mergeSmall(
    leaf: Leaf<V>,
    branches: readonly Branch<V>[],
    path: readonly number[],
  ): void {
    let node: Node<V> = leaf;
    for (let depth = path.length - 1; depth >= 0; depth--) {
      if (lengthOf(node) > maxNodeSize / 4) break;
      const branch = branches[depth]!;
      const place = path[depth]!;
      if (lengthOf(node) === 0) takeOut(branch, place);
      else this.mergeBeside(branch, place);
      node = branch;
    }
    while (this.root instanceof Branch && this.root.children.length <= 1) {
      this.root = this.root.children[0] ?? new Leaf<V>(this.edit, [], []);
    }
  }

  private mergeBeside(branch: Branch<V>, place: number): void {
    const {children, keys, weights} = branch;
    for (const left of [place - 1, place]) {
      const [a, b] = [children[left], children[left + 1]];
      if (a === undefined || b === undefined) continue;
      if (lengthOf(a) + lengthOf(b) > maxNodeSize) continue;
      children[left] = merged(a, b, keys[left], this.edit);
      weights[left]! += weights[left + 1]!;
      children.splice(left + 1, 1);
      weights.splice(left + 1, 1);
      branch.keys = keys.toSpliced(left, 1);
      return;
    }
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
