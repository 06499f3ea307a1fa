import {assert, unreachable} from '../base/assert';
import type {Sliced} from '../base/slices';
import {primaryKeyName} from '../schema/schema';
import type {Table} from '../store/table';
import {type Skip, stop} from '../store/tree/tree';
import type {Row} from '../value/copy';
import {EntryWalk, type IndexAccess, type TreeWalk, walkOf} from './entry-walk';
import {loadNearSearch} from './on-demand';
import type {Access} from './plan';

/** What is called for each row; returning `stop` ends the visit. */
export type VisitRow = (row: Row) => typeof stop | void;

/** Visits rows, some at a time. */
export interface RowWalk {
  /**
   * Visits about `most` rows more. Tells whether there are no more to come, or
   * the visitor wants none.
   */
  advance(visit: VisitRow, most: number): boolean;
}

/**
 * Walks the rows that an access reaches, in its order. Some of those to `skip` may
 * be passed over; the visitor sees to what is left of them.
 */
export function rowWalk(access: Access, table: Table, skip?: Skip): RowWalk {
  switch (access.kind) {
    case 'none':
      return noRows;
    case 'scan': {
      const {isReverse} = access;
      const all = {
        kind: 'ranges',
        index: primaryKeyName,
        ranges: [{}],
      } as const;
      return new PrimaryWalk({...all, isReverse}, table, skip);
    }
    case 'keys':
    case 'ranges':
      return access.index === primaryKeyName
        ? new PrimaryWalk(access, table, skip)
        : new SecondaryWalk(access, table, skip);
    case 'union':
      return new UnionWalk(access.branches, table);
    case 'near':
      return new NearWalk(access, table);
    default:
      return unreachable(access);
  }
}

/** No rows. */
const noRows: RowWalk = {advance: () => true};

/** The rows that an access to the table's own tree leads to. */
class PrimaryWalk implements RowWalk {
  private readonly rows: TreeWalk<Row>;

  constructor(access: IndexAccess, table: Table, skip?: Skip) {
    this.rows = walkOf(access, table.rows, skip);
  }

  advance(visit: VisitRow, most: number): boolean {
    let left = most;
    let isStopped = false;
    const isAll = this.rows.advance(row => {
      isStopped = visit(row) === stop;
      return isStopped || --left <= 0 ? stop : undefined;
    }, most);
    return isAll || isStopped;
  }
}

/** The rows that the entries of an index lead to. */
class SecondaryWalk implements RowWalk {
  private readonly entries: EntryWalk;

  constructor(
    access: IndexAccess,
    private readonly table: Table,
    skip?: Skip,
  ) {
    this.entries = new EntryWalk(access, table, skip);
  }

  advance(visit: VisitRow, most: number): boolean {
    const {rows} = this.table;
    return this.entries.advance(id => {
      const row = rows.get(id);
      assert(row !== undefined, 'an index entry has its row');
      return visit(row);
    }, most);
  }
}

/** The rows of one access after the other, each row once. */
class UnionWalk implements RowWalk {
  /** Those that are left, the next one last. */
  private readonly branches: RowWalk[];
  /** A row object is one row of one version, so the object tells rows apart. */
  private readonly seen = new Set<Row>();

  constructor(branches: readonly Access[], table: Table) {
    this.branches = branches.map(branch => rowWalk(branch, table)).toReversed();
  }

  advance(visit: VisitRow, most: number): boolean {
    const {branches, seen} = this;
    let left = most;
    let isStopped = false;
    const visitNew: VisitRow = row => {
      left--;
      if (seen.has(row)) return undefined;
      seen.add(row);
      isStopped = visit(row) === stop;
      return isStopped ? stop : undefined;
    };
    for (;;) {
      if (branches.at(-1)?.advance(visitNew, left)) branches.pop();
      if (isStopped || branches.length === 0) return true;
      if (left <= 0) return false;
    }
  }
}

/** The rows around a point, which are all found before the first is visited. */
class NearWalk implements RowWalk {
  private search: Sliced<{readonly rows: readonly Row[]}> | undefined;
  private found: readonly Row[] | undefined;
  private next = 0;

  constructor(
    private readonly access: Extract<Access, {kind: 'near'}>,
    private readonly table: Table,
  ) {}

  advance(visit: VisitRow, most: number): boolean {
    const {access, table} = this;
    const all = {table, limit: Infinity, skip: 0};
    this.search ??= loadNearSearch().nearest(
      access,
      undefined,
      all,
      most < Infinity,
    );
    for (let steps = 0; this.found === undefined; steps++) {
      if (steps >= most) return false;
      const step = this.search.next();
      if (step.done === true) this.found = step.value.rows;
    }
    const end = Math.min(this.next + most, this.found.length);
    while (this.next < end) {
      if (visit(this.found[this.next++]!) === stop) return true;
    }
    return end === this.found.length;
  }
}
