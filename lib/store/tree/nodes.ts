import {compareValues} from '../../value/compare';
import {Cut, type Key, type KeyOrder, singleKeyOrder} from './key-order';

/** Entries or children in a node: small ones are cheap to copy, large to search. */
export const maxNodeSize = 32;

/**
 * The values of each leaf of a tree that has keys only: undefined at any place.
 * It saves such a tree half of its memory.
 */
export const noValues: undefined[] = Array.from({length: 2 * maxNodeSize});

/** The end of a tree: keys in order, and the value of each. */
export class Leaf<V> {
  constructor(
    /** The edit that made the node and may change it; see `Tree`. */
    readonly edit: number,
    public keys: Key[],
    public values: V[],
    /** How many entries the arrays have room for, or whose they are; see `leaf.ts`. */
    public room = 0,
  ) {}
}

/**
 * A node above others. No key of `children[i]` is greater than `keys[i]`, and
 * all keys of `children[i + 1]` are; so there is one key less than children.
 * `weights[i]` is the weight of all that is below `children[i]`.
 */
export class Branch<V> {
  constructor(
    readonly edit: number,
    public keys: readonly Key[],
    readonly children: Node<V>[],
    readonly weights: number[],
  ) {}
}

/** A node of a tree. */
export type Node<V> = Leaf<V> | Branch<V>;

/** How many entries or children a node has. */
export function lengthOf(node: Node<unknown>): number {
  return node instanceof Branch ? node.children.length : node.keys.length;
}

/** The sum of the weights, from the first on up to, not including, `end`. */
export function weightBefore<V>(
  node: Node<V>,
  end: number,
  weigh: (value: unknown) => number,
): number {
  let weight = 0;
  for (let i = 0; i < end; i++) {
    weight +=
      node instanceof Branch ? node.weights[i]! : weigh(node.values[i]!);
  }
  return weight;
}

/** The weight of the entries below a node that stand before a cut. */
export function weightUpTo<V>(
  root: Node<V>,
  cut: Cut,
  order: KeyOrder,
  weigh: (value: unknown) => number,
): number {
  let weight = 0;
  let node = root;
  for (;;) {
    const place = lowerBound(node.keys, cut, order);
    weight += weightBefore(node, place, weigh);
    if (!(node instanceof Branch)) return weight;
    node = node.children[place]!;
  }
}

/**
 * The place of the first of the ascending keys, from one on, that is not less
 * than `key`, which may be a cut; `keys.length` when there is none.
 */
export function lowerBound(
  keys: readonly Key[],
  key: Key,
  order: KeyOrder,
  from = 0,
): number {
  if (order === singleKeyOrder) {
    // Most keys are numbers or texts: compared here, they cost no calls.
    if (isNumber(key)) return boundOfNumber(keys, key, false, from);
    if (typeof key === 'string') return boundOfText(keys, key, false, from);
    if (key instanceof Cut && key.values.length === 1) {
      const [value] = key.values;
      const isAfter = key.side === 'after';
      if (isNumber(value)) return boundOfNumber(keys, value, isAfter, from);
      if (typeof value === 'string') {
        return boundOfText(keys, value, isAfter, from);
      }
    }
  }
  let low = from;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(keys[middle], key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a leaf has the key, which can only be at the given place. */
export function isAt(
  {keys}: Leaf<unknown>,
  index: number,
  key: Key,
  order: KeyOrder,
): boolean {
  if (index >= keys.length) return false;
  return keys[index] === key || order(keys[index], key) === 0;
}

function isNumber(key: Key): key is number {
  return typeof key === 'number' && !Number.isNaN(key);
}

function boundOfNumber(
  keys: readonly Key[],
  key: number,
  isAfter: boolean,
  from: number,
): number {
  let low = from;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = keys[middle];
    const isBelow =
      typeof other === 'number'
        ? !(isAfter ? other > key : other >= key) // NaN comes before numbers.
        : compareValues(other, key) < (isAfter ? 1 : 0);
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}

function boundOfText(
  keys: readonly Key[],
  key: string,
  isAfter: boolean,
  from: number,
): number {
  let low = from;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = keys[middle];
    const isBelow =
      typeof other === 'string'
        ? other < key || (isAfter && other === key)
        : compareValues(other, key) < 0;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether every branch has the true weights of its children. O(n). */
export function hasTrueWeights<V>(
  node: Node<V>,
  weigh: (value: unknown) => number,
): boolean {
  return (
    node instanceof Leaf ||
    node.children.every(
      (child, i) =>
        node.weights[i] === weightBefore(child, lengthOf(child), weigh) &&
        hasTrueWeights(child, weigh),
    )
  );
}

/** The nodes of a tree that is made at once, each about as full as the others. */
export function nodesOf<V>(
  keys: readonly Key[],
  values: readonly V[],
  edit: number,
  weigh: (value: unknown) => number,
): {root: Node<V>; weight: number} {
  let nodes: Node<V>[] = spans(keys.length).map(
    ([start, end]) =>
      new Leaf(edit, keys.slice(start, end), valuesIn(values, start, end)),
  );
  let greatest = spans(keys.length).map(([, end]) => keys[end - 1]);
  let weights = nodes.map(leaf => weightBefore(leaf, lengthOf(leaf), weigh));
  while (nodes.length > 1) {
    const runs = spans(nodes.length);
    const below = {nodes, greatest, weights};
    nodes = runs.map(
      ([start, end]) =>
        new Branch(
          edit,
          below.greatest.slice(start, end - 1),
          below.nodes.slice(start, end),
          below.weights.slice(start, end),
        ),
    );
    greatest = runs.map(([, end]) => below.greatest[end - 1]);
    weights = nodes.map(node => weightBefore(node, lengthOf(node), weigh));
  }
  return {root: nodes[0] ?? new Leaf<V>(edit, [], []), weight: weights[0] ?? 0};
}

/** A part of the values of a leaf, or of a tree. */
export function valuesIn<V>(
  values: readonly V[],
  start: number,
  end?: number,
): V[] {
  return isNoValues(values) ? (values as V[]) : values.slice(start, end);
}

/** Whether values are {@link noValues}. */
export function isNoValues(values: readonly unknown[]): boolean {
  return values === noValues;
}

/** Nodes made at once leave some room, so that the next writes split few. */
export const filledSize = Math.floor(maxNodeSize * 0.9);

/** Cuts a run of so many into parts of about equal length, which fit into nodes. */
export function spans(length: number): [start: number, end: number][] {
  const count = Math.max(
    Math.ceil(length / maxNodeSize),
    Math.round(length / filledSize),
  );
  const all: [number, number][] = [];
  for (let i = 0, start = 0; i < count; i++) {
    const end = Math.floor(((i + 1) * length) / count);
    all.push([start, end]);
    start = end;
  }
  return all;
}
