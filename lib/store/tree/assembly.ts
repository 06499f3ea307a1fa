import type {Key} from './key-order';
import {
  Branch,
  filledSize,
  Leaf,
  lengthOf,
  maxNodeSize,
  type Node,
  spans,
  valuesIn,
  weightBefore,
} from './nodes';

/** What comes after the last key of a tree. */
export const noEnd: unique symbol = Symbol('no end');

/** Some children of a branch, which are of one height. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly height: number;
  readonly greatest: Key;
}

/** Nodes of one height that are to become children of one above. */
interface Siblings<V> {
  nodes: Node<V>[];
  greatest: Key[];
  weights: number[];
}

/** A node that is shorter takes in what comes beside it. */
export const minNodeSize = maxNodeSize / 4;

/** Entries that may wait to be made leaves. */
const maxEntries = 32 * filledSize;

/**
 * Puts the nodes of a tree together, from the least key to the greatest: single
 * entries, and between them nodes of another tree, which both share then.
 *
 *   entries      a b | c d e | . . .      made leaves of about equal length as
 *                                         soon as a node comes after them
 *   of height 0  [leaf] [leaf]            made branches as soon as one of height
 *                                         1 or more comes after them
 *   of height 1  [branch] ...
 *
 * A run that would make a node with few entries or children takes in those of
 * the node that comes after it, or at the end of the one before.
 */
export class Assembly<V> {
  /** How many entries wait to be made leaves. */
  count = 0;
  /** These entries; the arrays are as long as they ever were, to grow once. */
  private keys: Key[] = [];
  private values: V[] = [];
  /** What is to come below branches, by its height. */
  private readonly levels: Siblings<V>[] = [];

  /** `noValues` for values makes a tree that has keys only. */
  constructor(
    private readonly edit: number,
    private readonly weigh: (value: unknown) => number,
    private readonly keysOnly: V[] | undefined,
  ) {}

  /** Adds an entry. */
  addEntry(key: Key, value: V): void {
    this.keys[this.count] = key;
    if (!this.keysOnly) this.values[this.count] = value;
    this.count++;
  }

  /** Adds some entries of a leaf of the other tree, as they are. */
  addEntries(leaf: Leaf<V>, start: number, end: number): void {
    const {count, keys, values} = this;
    for (let i = start, at = count; i < end; i++) keys[at++] = leaf.keys[i];
    this.count += end - start;
    if (this.keysOnly) return;
    for (let i = start, at = count; i < end; i++)
      values[at++] = leaf.values[i]!;
  }

  /** Makes leaves of most entries where many wait; to be called now and then. */
  makeRoom(): void {
    const {count} = this;
    if (count < maxEntries) return;
    const end = count - (count % filledSize) - filledSize;
    for (let at = 0; at < end; at += filledSize) {
      this.makeLeaf(at, at + filledSize);
    }
    this.keys.copyWithin(0, end, count);
    this.values.copyWithin(0, end, count);
    this.count = count - end;
  }

  /**
   * Adds some children of a branch of the other tree, and all that is below them;
   * `greatest` is the greatest key that may be below the last of all children.
   */
  addChildren(
    {children, keys, weights}: Branch<V>,
    {start, end, height, greatest}: Run,
  ): void {
    let i = start;
    for (; i < end && this.isShortBelow(height); i++) {
      const limit = i < keys.length ? keys[i] : greatest;
      this.addInside(children[i]!, height, limit);
    }
    if (i === end) return;
    this.closeEntries();
    for (let level = 0; level < height; level++) this.close(level);
    const siblings = this.siblings(height);
    for (; i < end; i++) {
      siblings.nodes.push(children[i]!);
      siblings.greatest.push(i < keys.length ? keys[i] : greatest);
      siblings.weights.push(weights[i]!);
    }
  }

  /** Adds what is in a node, in the place of the node. */
  private addInside(node: Node<V>, height: number, greatest: Key): void {
    if (node instanceof Branch) {
      const end = node.children.length;
      const run = {start: 0, end, height: height - 1, greatest};
      return this.addChildren(node, run);
    }
    this.addEntries(node, 0, node.keys.length);
  }

  /** Adds a leaf that is long enough, where no entries wait. */
  addLeaf(leaf: Leaf<V>, weight: number): void {
    this.push(leaf, weight, leaf.keys.at(-1), 0);
  }

  /** Whether what waits would make a short node below the given height. */
  private isShortBelow(height: number): boolean {
    let {count} = this;
    for (let level = 0; ; level++) {
      if (count > 0 && count < minNodeSize) return true;
      if (level >= height) return false;
      count = Math.ceil(count / filledSize) + this.siblings(level).nodes.length;
    }
  }

  private siblings(level: number): Siblings<V> {
    return (this.levels[level] ??= {nodes: [], greatest: [], weights: []});
  }

  private push(
    node: Node<V>,
    weight: number,
    greatest: Key,
    level: number,
  ): void {
    const siblings = this.siblings(level);
    siblings.nodes.push(node);
    siblings.greatest.push(greatest);
    siblings.weights.push(weight);
  }

  /** Makes leaves of the entries that wait. */
  private closeEntries(): void {
    if (this.count === 0) return;
    if (this.count < minNodeSize) this.joinLastLeaf();
    const {count} = this;
    if (count <= maxNodeSize) this.makeLeaf(0, count);
    else for (const [start, end] of spans(count)) this.makeLeaf(start, end);
    this.count = 0;
  }

  private makeLeaf(start: number, end: number): void {
    const {edit, keysOnly, weigh} = this;
    const keys = this.keys.slice(start, end);
    const values = keysOnly ?? valuesIn(this.values, start, end);
    const node = new Leaf(edit, keys, values);
    this.addLeaf(node, weightBefore(node, keys.length, weigh));
  }

  private joinLastLeaf(): void {
    const last = this.pop(0) as Leaf<V> | undefined;
    if (last === undefined) return;
    const {count, keys, values} = this;
    this.keys = last.keys.concat(keys.slice(0, count));
    this.values = last.values.concat(values.slice(0, count));
    this.count = last.keys.length + count;
  }

  /** Takes back the last of the nodes that wait. */
  private pop(level: number): Node<V> | undefined {
    const {greatest, nodes, weights} = this.siblings(level);
    greatest.pop();
    weights.pop();
    return nodes.pop();
  }

  /** Makes branches of the nodes that wait. */
  private close(level: number): void {
    if (this.siblings(level).nodes.length === 0) return;
    if (this.siblings(level).nodes.length < minNodeSize) {
      this.joinLastBranch(level);
    }
    const {greatest, nodes, weights} = this.siblings(level);
    for (const [start, end] of spans(nodes.length)) {
      const node = new Branch(
        this.edit,
        greatest.slice(start, end - 1),
        nodes.slice(start, end),
        weights.slice(start, end),
      );
      const weight = weightBefore(node, end - start, this.weigh);
      this.push(node, weight, greatest[end - 1], level + 1);
    }
    this.levels[level] = {nodes: [], greatest: [], weights: []};
  }

  private joinLastBranch(level: number): void {
    const above = this.siblings(level + 1);
    const separator = above.greatest.at(-1);
    const last = this.pop(level + 1) as Branch<V> | undefined;
    if (last === undefined) return;
    const {greatest, nodes, weights} = this.siblings(level);
    this.levels[level] = {
      nodes: [...last.children, ...nodes],
      greatest: [...last.keys, separator, ...greatest],
      weights: [...last.weights, ...weights],
    };
  }

  /** The node at the top of all that was added, and its weight. */
  finish(): {readonly root: Node<V>; readonly weight: number} {
    this.closeEntries();
    for (let level = 0; level < this.levels.length; level++) {
      const {nodes, weights} = this.siblings(level);
      const isTop = level === this.levels.length - 1;
      if (isTop && nodes.length === 1) {
        return {root: withoutLoneBranches(nodes[0]!), weight: weights[0]!};
      }
      this.close(level);
    }
    const {edit, keysOnly} = this;
    return {root: new Leaf<V>(edit, [], keysOnly ?? []), weight: 0};
  }
}

function withoutLoneBranches<V>(top: Node<V>): Node<V> {
  let root = top;
  while (root instanceof Branch && lengthOf(root) === 1) {
    root = root.children[0]!;
  }
  return root;
}
