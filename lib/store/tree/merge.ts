import {Assembly, minNodeSize, noEnd} from './assembly';
import type {Key, KeyOrder} from './key-order';
import {copyOfLeaf, enterAt, overwriteAt, removeAt} from './leaf';
import {
  Branch,
  isAt,
  isNoValues,
  type Leaf,
  lengthOf,
  lowerBound,
  maxNodeSize,
  type Node,
  weightBefore,
} from './nodes';

/** What stands for a value where there is none. */
export const nothing: unique symbol = Symbol('nothing');

/** What ends a merge that cannot be. */
export const refused: unique symbol = Symbol('refused');

/** Writes to many keys at once, which are strictly ascending. */
export interface Writes<V> {
  readonly keys: readonly Key[];
  /**
   * What comes in the place of the value at `keys[place]`. It gets and gives
   * {@link nothing} where the key is not, or not to be, there.
   */
  change(
    old: V | typeof nothing,
    place: number,
  ): V | typeof nothing | typeof refused;
}

/** The tree that is written to, and by which edit nodes are made. */
export interface Merged<V> {
  readonly root: Node<V>;
  readonly order: KeyOrder;
  readonly weigh: (value: unknown) => number;
  readonly edit: number;
}

/** A branch on the way to the next key. */
interface Step<V> {
  readonly branch: Branch<V>;
  readonly height: number;
  /** The greatest key that may be below it, or {@link noEnd}. */
  readonly greatest: Key;
  /** The child that is next. */
  place: number;
}

/**
 * Writes to many keys of a tree, in one walk from the least to the greatest:
 *
 *   keys          3            17 18 19
 *                 |              |
 *   leaves     [1 5]  [7 8 9]  [12 20]  [31 40]
 *                 |      |       |         |
 *   new tree  [1 3 5] shared [12 17 ..]  shared
 *
 * Only leaves that have one of the keys, or get one, are made anew, and the
 * branches above them; the tree that is written to stays as it is. So a key
 * costs a part of a descent, and where keys are near each other next to nothing.
 */
export class Merge<V> {
  /** How many entries there are more than before. */
  growth = 0;
  /** Whether `change` has refused a key: there is no result then. */
  isRefused = false;
  private readonly assembly: Assembly<V>;
  private readonly way: Step<V>[] = [];
  /** The leaf in which the next key is looked for, from that place on. */
  private leaf: Leaf<V> | undefined;
  private leafPlace = 0;
  /** The greatest key that may be in it, or {@link noEnd}. */
  private leafEnd: Key = noEnd;
  private leafWeight = 0;
  /** The leaf with what was written to it, while its keys stay the same. */
  private overwritten: Leaf<V> | undefined;
  /** Whether nothing of the leaf has been looked at. */
  private isFresh = false;
  /** The place of the next key. */
  private next = 0;

  constructor(
    private readonly tree: Merged<V>,
    private readonly writes: Writes<V>,
  ) {
    const {root, edit, weigh} = tree;
    const {values} = firstLeaf(root);
    const keysOnly = isNoValues(values) ? values : undefined;
    this.assembly = new Assembly(edit, weigh, keysOnly);
    const weight = weightBefore(root, lengthOf(root), weigh);
    this.enter(root, heightOf(root), noEnd, weight);
  }

  /** Writes to some keys more. Tells whether there is nothing left to do. */
  advance(most: number): boolean {
    const {keys} = this.writes;
    const end = Math.min(keys.length, this.next + most);
    while (this.next < end && !this.isRefused) {
      if (this.leaf === undefined) this.descend();
      else this.mergeInto(this.leaf, end);
    }
    return this.isRefused || this.next === keys.length;
  }

  /** The node at the top, and its weight, when all keys are written. */
  finish(): {readonly root: Node<V>; readonly weight: number} {
    if (this.leaf !== undefined) this.leave(this.leaf);
    while (this.way.length > 0) this.ascend();
    return this.assembly.finish();
  }

  private enter(
    node: Node<V>,
    height: number,
    greatest: Key,
    weight: number,
  ): void {
    if (node instanceof Branch) {
      this.way.push({branch: node, height, greatest, place: 0});
      return;
    }
    this.leaf = node;
    this.leafPlace = 0;
    this.leafEnd = greatest;
    this.leafWeight = weight;
    this.isFresh = true;
  }

  /** Goes a step nearer to the next key, down or up. */
  private descend(): void {
    const step = this.way.at(-1)!;
    const {branch, height, greatest, place} = step;
    const key = this.writes.keys[this.next];
    const {order} = this.tree;
    const last = branch.children.length - 1;
    const child = boundFrom(branch.keys, key, order, place);
    const isBeyond =
      place > last ||
      (child === last && greatest !== noEnd && order(key, greatest) > 0);
    if (isBeyond) return this.ascend();
    this.pass(step, child);
    step.place = child + 1;
    const end = child < last ? branch.keys[child] : greatest;
    const weight = branch.weights[child]!;
    this.enter(branch.children[child]!, height - 1, end, weight);
  }

  /** Hands on the children up to one, as they are. */
  private pass({branch, height, greatest, place}: Step<V>, end: number): void {
    if (place >= end) return;
    const run = {start: place, end, height: height - 1, greatest};
    this.assembly.addChildren(branch, run);
  }

  private ascend(): void {
    const step = this.way.pop()!;
    this.pass(step, step.branch.children.length);
  }

  /** Writes to the next keys, as far as they belong into the leaf. */
  private mergeInto(leaf: Leaf<V>, end: number): void {
    const {isFresh} = this;
    this.isFresh = false;
    if (isFresh) {
      if (this.isAlone(leaf)) return this.writeAlone(leaf);
      this.overwritten = this.isWhole(leaf) ? leaf : undefined;
    }
    const {keys} = this.writes;
    const {order} = this.tree;
    const {length} = leaf.keys;
    while (this.next < end) {
      const key = keys[this.next];
      const at = lowerBound(leaf.keys, key, order, this.leafPlace);
      const {leafEnd} = this;
      if (at === length && leafEnd !== noEnd && order(key, leafEnd) > 0) {
        return this.leave(leaf);
      }
      this.writeAt(leaf, at);
      if (this.isRefused) return;
      this.next++;
    }
    this.assembly.makeRoom();
  }

  /** Whether one key only belongs into a leaf, which stays a leaf by itself. */
  private isAlone({keys: {length}}: Leaf<V>): boolean {
    const {assembly, leafEnd, next, tree, writes} = this;
    if (length <= minNodeSize || length >= maxNodeSize) return false;
    if (assembly.count > 0) return false;
    if (next + 1 === writes.keys.length) return true;
    return leafEnd !== noEnd && tree.order(writes.keys[next + 1], leafEnd) > 0;
  }

  /** As {@link writeAt}, in a copy of the leaf, which costs less. */
  private writeAlone(leaf: Leaf<V>): void {
    const {assembly, leafWeight: weight, next, tree, writes} = this;
    const {edit, order, weigh} = tree;
    const key = writes.keys[next];
    const at = lowerBound(leaf.keys, key, order);
    const old = isAt(leaf, at, key, order) ? leaf.values[at]! : nothing;
    const value = writes.change(old, next);
    if (value === refused) {
      this.isRefused = true;
      return;
    }
    const copy = copyOfLeaf(leaf, edit);
    const lost = old === nothing ? 0 : weigh(old);
    if (value !== nothing) {
      if (old === nothing) enterAt(copy, at, key, value);
      else if (value !== old) overwriteAt(copy, at, key, value);
    } else if (old !== nothing) removeAt(copy, at);
    const gained = value === nothing ? 0 : weigh(value);
    this.growth += copy.keys.length - leaf.keys.length;
    assembly.addLeaf(copy, weight + gained - lost);
    this.leaf = undefined;
    this.next++;
  }

  /** Whether a leaf can stay a leaf where its keys stay the same. */
  private isWhole({keys: {length}}: Leaf<V>): boolean {
    return length >= minNodeSize && this.assembly.count === 0;
  }

  /** Writes to the next key, which is, or belongs, at the place in the leaf. */
  private writeAt(leaf: Leaf<V>, at: number): void {
    const {assembly, next, tree, writes} = this;
    const key = writes.keys[next];
    const isPresent = isAt(leaf, at, key, tree.order);
    const old = isPresent ? leaf.values[at]! : nothing;
    const value = writes.change(old, next);
    if (value === refused) {
      this.isRefused = true;
      return;
    }
    if (this.overwritten !== undefined) {
      if (old !== nothing && value !== nothing) {
        return this.overwrite(this.overwritten, at, value);
      }
      assembly.addEntries(this.overwritten, 0, this.leafPlace);
      this.overwritten = undefined;
    }
    assembly.addEntries(leaf, this.leafPlace, at);
    this.leafPlace = isPresent ? at + 1 : at;
    if (value !== nothing) {
      assembly.addEntry(value === old ? leaf.keys[at] : key, value);
    }
    this.growth += Number(value !== nothing) - Number(isPresent);
  }

  /** Puts a value in the place of another, in a copy of the leaf. */
  private overwrite(leaf: Leaf<V>, at: number, value: V): void {
    const {next, tree, writes} = this;
    this.leafPlace = at + 1;
    const old = leaf.values[at]!;
    if (value === old) return;
    const copy = leaf === this.leaf ? copyOfLeaf(leaf, tree.edit) : leaf;
    this.overwritten = copy;
    overwriteAt(copy, at, writes.keys[next], value);
    this.leafWeight += tree.weigh(value) - tree.weigh(old);
  }

  private leave(leaf: Leaf<V>): void {
    const {assembly, leafPlace, leafWeight, overwritten} = this;
    this.leaf = undefined;
    if (overwritten) return assembly.addLeaf(overwritten, leafWeight);
    assembly.addEntries(leaf, leafPlace, leaf.keys.length);
    assembly.makeRoom();
  }
}

/** As {@link lowerBound}, for keys that are likely not less than the first one. */
function boundFrom(
  keys: readonly Key[],
  key: Key,
  order: KeyOrder,
  from: number,
): number {
  return from < keys.length && order(keys[from], key) >= 0
    ? from
    : lowerBound(keys, key, order, from);
}

function firstLeaf<V>(root: Node<V>): Leaf<V> {
  let node = root;
  while (node instanceof Branch) node = node.children[0]!;
  return node;
}

function heightOf(root: Node<unknown>): number {
  let height = 0;
  for (let node = root; node instanceof Branch; node = node.children[0]!) {
    height++;
  }
  return height;
}
