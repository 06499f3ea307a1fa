import type {Key} from '../store/tree/key-order';
import {
  forEachId,
  idsInTree,
  type Posting,
  PostingList,
  postingSize,
} from '../store/posting';
import {indexNamed, type Table} from '../store/table';
import type {RangeWalk} from '../store/tree/walk';
import {
  type KeyRange,
  type Skip,
  stop,
  type Tree,
  type Visit,
} from '../store/tree/tree';
import type {Access} from './plan';

/** What leads to keys or ranges of one index. */
export type IndexAccess = Extract<Access, {kind: 'keys'} | {kind: 'ranges'}>;

/** What is called for an entry of an index; `stop` ends the visit. */
export type VisitEntry = (id: Key, key: Key) => typeof stop | void;

/**
 * Visits the entries of a secondary index that an access leads to, in its order.
 * Rows of `skip` may be passed over unseen, many at a time; what is left of them
 * is left to the visitor.
 */
export class EntryWalk {
  private readonly postings: TreeWalk<Posting>;
  /** Whether all postings were visited. */
  private isLast = false;
  /** A posting that is too long to be visited at once. */
  private long: LongPosting | undefined;

  constructor(access: IndexAccess, table: Table, skip?: Skip) {
    const {entries} = indexNamed(table, access.index);
    this.postings = walkOf(access, entries, skip);
  }

  /**
   * Visits about `most` entries more. Tells whether there are no more to come, or
   * the visitor wants none.
   */
  advance(visit: VisitEntry, most: number): boolean {
    const isCut = most < Infinity;
    let left = most;
    let isStopped = false;
    const visitPosting: Visit<Posting> = (posting, key) => {
      if (isCut && this.putsOff(posting, key)) return stop;
      if (forEachId(posting, visit, key) === stop) {
        isStopped = true;
        return stop;
      }
      if (!isCut) return undefined;
      left -= postingSize(posting);
      return left <= 0 ? stop : undefined;
    };
    if (this.long === undefined) {
      this.isLast = this.postings.advance(visitPosting, most);
    }
    const {long} = this;
    if (long !== undefined && !isStopped) {
      const isAll = long.ids.advance((_, id) => {
        isStopped = visit(id, long.key) === stop;
        return isStopped || --left <= 0 ? stop : undefined;
      });
      if (isAll) this.long = undefined;
    }
    return isStopped || (this.isLast && this.long === undefined);
  }

  /** Whether a posting is too long to be visited at once. */
  private putsOff(posting: Posting, key: Key): boolean {
    const ids = posting instanceof PostingList ? idsInTree(posting) : undefined;
    if (ids === undefined) return false;
    this.long = {key, ids: ids.walk({}, false)};
    return true;
  }
}

/** A posting that is walked by itself. */
interface LongPosting {
  readonly key: Key;
  readonly ids: RangeWalk<undefined>;
}

/** Visits entries of a tree until the visitor stops, and then goes on. */
export interface TreeWalk<V> {
  /** Tells whether there is nothing left; asks for `most` keys at the most. */
  advance(visit: Visit<V>, most: number): boolean;
}

/** Walks the entries of a tree that an access leads to, in its order. */
export function walkOf<V>(
  access: IndexAccess,
  tree: Tree<V>,
  skip?: Skip,
): TreeWalk<V> {
  if (access.kind === 'ranges') {
    const [first, ...others] = access.ranges;
    return others.length > 0
      ? new RangesWalk(access, tree, skip)
      : tree.walk(first!, access.isReverse, skip);
  }
  return access.isReverse
    ? new BackwardKeys(access.keys, tree)
    : new ForwardKeys(access.keys, tree);
}

class RangesWalk<V> implements TreeWalk<V> {
  private readonly ranges: readonly KeyRange[];
  private readonly isReverse: boolean;
  private next = 0;
  private current: RangeWalk<V> | undefined;

  constructor(
    {isReverse, ranges}: Extract<Access, {kind: 'ranges'}>,
    private readonly tree: Tree<V>,
    private readonly skip?: Skip,
  ) {
    this.ranges = isReverse ? ranges.toReversed() : ranges;
    this.isReverse = isReverse;
  }

  advance(visit: Visit<V>): boolean {
    const {isReverse, ranges, skip, tree} = this;
    for (;;) {
      if (this.current === undefined) {
        if (this.next === ranges.length) return true;
        this.current = tree.walk(ranges[this.next++]!, isReverse, skip);
      }
      if (!this.current.advance(visit)) return false;
      this.current = undefined;
    }
  }
}

class ForwardKeys<V> implements TreeWalk<V> {
  private next = 0;

  constructor(
    private readonly keys: readonly Key[],
    private readonly tree: Tree<V>,
  ) {}

  advance(visit: Visit<V>, most: number): boolean {
    const {keys, next: from, tree} = this;
    const end = Math.min(keys.length, from + most);
    const stoppedAt = tree.fetch(keys, visit, {from, end});
    this.next = Math.min(end, stoppedAt + 1);
    return this.next === keys.length;
  }
}

class BackwardKeys<V> implements TreeWalk<V> {
  private left: number;

  constructor(
    private readonly keys: readonly Key[],
    private readonly tree: Tree<V>,
  ) {
    this.left = keys.length;
  }

  advance(visit: Visit<V>, most: number): boolean {
    const {keys, tree} = this;
    for (let asked = 0; this.left > 0 && asked < most; asked++) {
      const key = keys[--this.left]!;
      const value = tree.get(key);
      if (value !== undefined && visit(value, key) === stop) break;
    }
    return this.left === 0;
  }
}
