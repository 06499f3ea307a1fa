import {Branch, type Node} from './tree-nodes';
import {stop} from './tree-scan';

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
