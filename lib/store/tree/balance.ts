import type {Key} from './key-order';
import {
  Branch,
  isNoValues,
  Leaf,
  lengthOf,
  maxNodeSize,
  type Node,
  valuesIn,
  weightBefore,
} from './nodes';

/** A node that was cut in two: what is greater than `separator` is on the right. */
export interface Halves<V> {
  readonly separator: Key;
  readonly right: Node<V>;
}

/**
 * Takes the second half out of a node that is too long; only the last entry of a
 * leaf where keys come in ascending order, so that leaves stay full.
 */
export function splitNode<V>(
  node: Node<V>,
  edit: number,
  isAppended: boolean,
): Halves<V> {
  if (node instanceof Branch) return splitBranch(node, edit);
  const {keys, values} = node;
  const middle = isAppended ? keys.length - 1 : keys.length >>> 1;
  node.keys = keys.slice(0, middle);
  node.values = valuesIn(values, 0, middle);
  node.room = 0;
  const right = new Leaf(edit, keys.slice(middle), valuesIn(values, middle));
  return {separator: keys[middle - 1], right};
}

function splitBranch<V>(node: Branch<V>, edit: number): Halves<V> {
  const {children, keys, weights} = node;
  const middle = children.length >>> 1;
  node.keys = keys.slice(0, middle - 1);
  const right = new Branch(
    edit,
    keys.slice(middle),
    children.splice(middle),
    weights.splice(middle),
  );
  return {separator: keys[middle - 1], right};
}

/** Puts the second half of a child that was cut in two beside the first. */
export function addHalf<V>(
  branch: Branch<V>,
  place: number,
  {separator, right}: Halves<V>,
  weigh: (value: unknown) => number,
): void {
  const weight = weightBefore(right, lengthOf(right), weigh);
  branch.keys = branch.keys.toSpliced(place, 0, separator);
  branch.children.splice(place + 1, 0, right);
  branch.weights[place]! -= weight;
  branch.weights.splice(place + 1, 0, weight);
}

/** Joins a child that has become short with one beside it, if both fit in one. */
export function joinShort<V>(
  branch: Branch<V>,
  place: number,
  edit: number,
): void {
  if (lengthOf(branch.children[place]!) === 0) takeOut(branch, place);
  else mergeBeside(branch, place, edit);
}

/** Takes one child, which is empty, out of a branch. */
function takeOut(branch: Branch<unknown>, place: number): void {
  const {children, keys, weights} = branch;
  children.splice(place, 1);
  weights.splice(place, 1);
  branch.keys = keys.toSpliced(Math.min(place, keys.length - 1), 1);
}

function mergeBeside<V>(branch: Branch<V>, place: number, edit: number): void {
  const {children, keys, weights} = branch;
  for (const left of [place - 1, place]) {
    const [a, b] = [children[left], children[left + 1]];
    if (a === undefined || b === undefined) continue;
    if (lengthOf(a) + lengthOf(b) > maxNodeSize) continue;
    children[left] = merged(a, b, keys[left], edit);
    weights[left]! += weights[left + 1]!;
    children.splice(left + 1, 1);
    weights.splice(left + 1, 1);
    branch.keys = keys.toSpliced(left, 1);
    return;
  }
}

/** Two neighbours of one kind as one node; `separator` stands between them. */
function merged<V>(
  a: Node<V>,
  b: Node<V>,
  separator: Key,
  edit: number,
): Node<V> {
  if (a instanceof Leaf) {
    const {keys} = b as Leaf<V>;
    const values = isNoValues(a.values)
      ? a.values
      : a.values.concat((b as Leaf<V>).values);
    return new Leaf(edit, a.keys.concat(keys), values);
  }
  const {keys, children, weights} = b as Branch<V>;
  return new Branch(
    edit,
    [...a.keys, separator, ...keys],
    [...a.children, ...children],
    [...a.weights, ...weights],
  );
}
