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

/** A node, with the greatest key that may be in it and the weight of all of it. */
export interface Part<V> {
  readonly node: Node<V>;
  readonly greatest: Key;
  readonly weight: number;
}

/** Nodes of one height that are to become children of one above. */
interface Siblings<V> {
  nodes: Node<V>[];
  greatest: Key[];
  weights: number[];
}

/** A node that is shorter takes in what comes beside it. */
const minNodeSize = maxNodeSize / 4;

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
  /** The entries that are to be made leaves. */
  keys: Key[] = [];
  values: V[] = [];
  /** What is to come below branches, by its height. */
  private readonly levels: Siblings<V>[] = [];

  /** `noValues` for values makes a tree that has keys only. */
  constructor(
    private readonly edit: number,
    private readonly weigh: (value: unknown) => number,
    private readonly keysOnly: V[] | undefined,
  ) {}

  /** Makes leaves of most entries where many wait; to be called now and then. */
  makeRoom(): void {
    const {keys} = this;
    if (keys.length < maxEntries) return;
    const end = keys.length - (keys.length % filledSize) - filledSize;
    for (let at = 0; at < end; at += filledSize) {
      this.addLeaf(at, at + filledSize);
    }
    this.keys = keys.slice(end);
    this.values = this.values.slice(end);
  }

  /** Adds a node of the other tree, and all that is below it. */
  add(part: Part<V>, height: number): void {
    if (this.isShortBelow(height)) return this.addInside(part, height);
    this.closeEntries();
    for (let level = 0; level < height; level++) this.close(level);
    this.push(height, part);
  }

  private addInside({node, greatest}: Part<V>, height: number): void {
    if (node instanceof Leaf) {
      for (const key of node.keys) this.keys.push(key);
      if (!this.keysOnly) for (const each of node.values) this.values.push(each);
      return;
    }
    const {children, keys, weights} = node;
    const last = children.length - 1;
    for (let i = 0; i <= last; i++) {
      const end = i < last ? keys[i] : greatest;
      const part = {node: children[i]!, greatest: end, weight: weights[i]!};
      this.add(part, height - 1);
    }
  }

  /** Whether what waits would make a short node below the given height. */
  private isShortBelow(height: number): boolean {
    let count = this.keys.length;
    for (let level = 0; ; level++) {
      if (count > 0 && count < minNodeSize) return true;
      if (level >= height) return false;
      count = Math.ceil(count / filledSize) + this.siblings(level).nodes.length;
    }
  }

  private siblings(level: number): Siblings<V> {
    return (this.levels[level] ??= {nodes: [], greatest: [], weights: []});
  }

  private push(level: number, {node, greatest, weight}: Part<V>): void {
    const siblings = this.siblings(level);
    siblings.nodes.push(node);
    siblings.greatest.push(greatest);
    siblings.weights.push(weight);
  }

  /** Makes leaves of the entries that wait. */
  private closeEntries(): void {
    if (this.keys.length === 0) return;
    if (this.keys.length < minNodeSize) this.joinLastLeaf();
    for (const [start, end] of spans(this.keys.length)) {
      this.addLeaf(start, end);
    }
    this.keys = [];
    this.values = [];
  }

  private addLeaf(start: number, end: number): void {
    const {edit, keysOnly, weigh} = this;
    const keys = this.keys.slice(start, end);
    const values = keysOnly ?? valuesIn(this.values, start, end);
    const node = new Leaf(edit, keys, values);
    const weight = weightBefore(node, keys.length, weigh);
    this.push(0, {node, greatest: keys.at(-1), weight});
  }

  private joinLastLeaf(): void {
    const last = this.pop(0) as Leaf<V> | undefined;
    if (last === undefined) return;
    this.keys = [...last.keys, ...this.keys];
    this.values = [...last.values, ...this.values];
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
      this.push(level + 1, {node, greatest: greatest[end - 1], weight});
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
