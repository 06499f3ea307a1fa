import {Branch, type Node} from './nodes';
import {stop} from './scan';

/** What a scan of whole leaves calls for the values of each. */
export type VisitLeaf<V> = (values: readonly V[]) => typeof stop | void;

/**
 * Visits the values of each leaf below a node as one array, the leaves and their
 * values upwards or downwards; see `Tree.forEachLeaf`.
 */
export function eachLeaf<V>(
  node: Node<V>,
  isReverse: boolean,
  visit: VisitLeaf<V>,
): typeof stop | void {
  if (!(node instanceof Branch)) {
    return visit(isReverse ? node.values.toReversed() : node.values);
  }
  const {children} = node;
  for (const child of isReverse ? children.toReversed() : children) {
    if (eachLeaf(child, isReverse, visit) === stop) return stop;
  }
  return undefined;
}

/**
 * As {@link eachLeaf}, one after the other as they are asked for; nothing of the
 * tree may be changed meanwhile.
 */
export function* leavesOf<V>(
  root: Node<V>,
  isReverse: boolean,
): Generator<readonly V[], void, void> {
  // The nodes that are still to be visited, the next one last.
  const ahead: Node<V>[] = [root];
  for (;;) {
    const node = ahead.pop();
    if (node === undefined) return;
    if (node instanceof Branch) {
      const {children} = node;
      ahead.push(...(isReverse ? children : children.toReversed()));
    } else yield isReverse ? node.values.toReversed() : node.values;
  }
}
