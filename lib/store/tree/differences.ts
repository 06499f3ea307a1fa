import type {Key} from './key-order';
import {Branch, type Leaf, type Node} from './nodes';
import type {Walked} from './walk';

/** Told of a key whose values differ; undefined is where it is not there. */
export type VisitDifference<V> = (
  key: Key,
  before: V | undefined,
  after: V | undefined,
) => void;

/**
 * Visits the keys of two trees of the same order at which they do not have the
 * very same value, ascending. Nodes that both share are passed over, so trees of
 * which one came from the other by k writes cost O(k log n). Neither may be
 * changed meanwhile.
 */
export function forEachDifference<V>(
  before: Walked<V>,
  after: Walked<V>,
  visit: VisitDifference<V>,
): void {
  const {order} = before;
  const left = new Ahead(before.root);
  const right = new Ahead(after.root);
  for (;;) {
    passShared(left, right);
    const {leaf: mine, place: i} = left;
    const {leaf: theirs, place: j} = right;
    if (mine === undefined && theirs === undefined) return;
    const compared =
      mine === undefined
        ? 1
        : theirs === undefined
          ? -1
          : order(mine.keys[i], theirs.keys[j]);
    if (compared < 0) visit(mine!.keys[i], mine!.values[i], undefined);
    else if (compared > 0) visit(theirs!.keys[j], undefined, theirs!.values[j]);
    else if (mine!.values[i] !== theirs!.values[j]) {
      visit(mine!.keys[i], mine!.values[i], theirs!.values[j]);
    }
    if (compared <= 0) left.pass();
    if (compared >= 0) right.pass();
  }
}

/**
 * Leads both to their next entry, without what is the same node in both. The
 * taller of two nodes that differ is opened, so that equal parts meet.
 */
function passShared<V>(left: Ahead<V>, right: Ahead<V>): void {
  for (;;) {
    const mine = left.node;
    const theirs = right.node;
    if (mine !== undefined && mine === theirs) {
      left.drop();
      right.drop();
      continue;
    }
    const myHeight = heightOf(mine);
    const theirHeight = heightOf(theirs);
    if (myHeight === 0 && theirHeight === 0) {
      if (left.isAtEntry && right.isAtEntry) return;
      continue;
    }
    if (myHeight >= theirHeight) left.open();
    if (theirHeight >= myHeight) right.open();
  }
}

function heightOf(node: Node<unknown> | undefined): number {
  let height = 0;
  let at = node;
  while (at instanceof Branch) {
    at = at.children[0];
    height++;
  }
  return height;
}

/** What of a tree is still to be compared. */
class Ahead<V> {
  /** The place of the next entry, where a leaf comes next. */
  place = 0;
  /** The next one last. */
  private readonly nodes: Node<V>[];

  constructor(root: Node<V>) {
    this.nodes = [root];
  }

  /** The next node, unless it is a leaf of which some entries are passed. */
  get node(): Node<V> | undefined {
    return this.nodes.at(-1);
  }

  /** The leaf of the next entry. */
  get leaf(): Leaf<V> | undefined {
    return this.nodes.at(-1) as Leaf<V> | undefined;
  }

  /** Whether there is an entry next, or nothing at all; drops leaves without any. */
  get isAtEntry(): boolean {
    const {leaf} = this;
    if (leaf === undefined || this.place < leaf.keys.length) return true;
    this.drop();
    return false;
  }

  drop(): void {
    this.nodes.pop();
    this.place = 0;
  }

  /** Puts the children of a branch in its place. */
  open(): void {
    const {children} = this.nodes.pop() as Branch<V>;
    for (let i = children.length - 1; i >= 0; i--) {
      this.nodes.push(children[i]!);
    }
  }

  pass(): void {
    this.place++;
  }
}
