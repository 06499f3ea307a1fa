import {Branch, type Node} from './nodes';

/**
 * Hands out the values of each leaf of a tree as one array, the leaves and their
 * values upwards or downwards. The tree must not be changed meanwhile, nor the
 * arrays at any time.
 */
export class LeafWalk<V> {
  /** The nodes that are still to be visited, the next one last. */
  private readonly ahead: Node<V>[];

  constructor(
    root: Node<V>,
    private readonly isReverse: boolean,
  ) {
    this.ahead = [root];
  }

  /** The values of the next leaf; undefined when there is none. */
  next(): readonly V[] | undefined {
    const {ahead, isReverse} = this;
    for (;;) {
      const node = ahead.pop();
      if (node === undefined) return undefined;
      if (!(node instanceof Branch)) {
        return isReverse ? node.values.toReversed() : node.values;
      }
      const {children} = node;
      if (isReverse) for (const child of children) ahead.push(child);
      else
        for (let i = children.length - 1; i >= 0; i--) ahead.push(children[i]!);
    }
  }
}
