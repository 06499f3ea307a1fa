import {andThen, type Cuttable, sorted} from '../base/cuttable';
import type {Table} from '../store/table';
import type {Row} from '../value/copy';
import {compileValueAt, parsePath, type Path} from '../value/path';
import {
  type Comparison,
  isOperand,
  type RowCode,
  type Select,
  type Sought,
} from '../value/row-code';
import {type OrderKey, type RowOrder, thenBy} from './order';

/** A heap of so many rows is made in one go, by work that is cut too. */
const maxHeapInSlices = 5_000;

/**
 * How many rows {@link TopRows} is to hold so that the first ones that are wanted
 * are among them. A heap of many rows is made in one go, so work that is cut
 * holds all rows instead.
 */
export function capacityFor(wanted: number, isCut: boolean): number {
  return isCut && wanted > maxHeapInSlices ? Infinity : wanted;
}

/** A query of which the first rows by an order are wanted. */
interface Ordered {
  readonly plan: {readonly limit: number; readonly skip: number};
  readonly table: Table;
  readonly isCut: boolean;
}

/** Rows in order, and how many were looked at for them. */
interface Page {
  readonly rows: readonly Row[];
  readonly rowsExamined: number;
}

/**
 * The page that a plan wants, by an order and then by id, of the rows that
 * `gather` adds; it gives how many were examined. `firstKey` is the first that the
 * order goes by, if it goes by keys.
 */
export function pageInOrder(
  first: RowOrder,
  firstKey: OrderKey | undefined,
  {plan: {limit, skip}, table, isCut}: Ordered,
  gather: (top: TopRows) => Cuttable<number>,
): Cuttable<Page> {
  const {keyOf, order: idOrder} = table.ids;
  const order = thenBy(first, (a, b) => idOrder(keyOf(a), keyOf(b)));
  const capacity = capacityFor(skip + limit, isCut);
  const key = firstKey && {key: firstKey, code: table.code};
  const top = new TopRows(order, capacity, key);
  return andThen(gather(top), rowsExamined =>
    andThen(sorted(top.rows, order, isCut), rows => ({
      rows: rows.slice(skip, skip + limit),
      rowsExamined,
    })),
  );
}

/**
 * The first `capacity` rows of those that are added. While more rows come than
 * are wanted it holds a heap with the last of the wanted ones on top, so that
 * 20 of 100,000 rows cost one comparison for most rows and no sort.
 */
export class TopRows {
  /** The rows so far, in any order; not to be changed while more are added. */
  readonly rows: Row[] = [];
  private isHeap = false;
  /** Those of the rows at hand that may be wanted. */
  private readonly candidates: Row[] = [];
  private readonly bound: FirstKeyBound | undefined;

  /** `first` is the key that the order goes by at first, if it goes by keys. */
  constructor(
    private readonly order: RowOrder,
    private readonly capacity: number,
    first?: {readonly key: OrderKey; readonly code: RowCode},
  ) {
    // It compares in the one order of values.
    const isBounded = first !== undefined && first.key.by === undefined;
    this.bound = isBounded
      ? new FirstKeyBound(first.key, first.code)
      : undefined;
  }

  /** Takes rows. Most of them cost a comparison of their first keys. */
  addAll(rows: readonly Row[]): void {
    const {bound, candidates} = this;
    const count = bound?.select(rows, candidates);
    if (count === undefined) {
      for (const row of rows) this.add(row);
      return;
    }
    for (let i = 0; i < count; i++) this.add(candidates[i]!);
  }

  /** Takes a row. O(log capacity), mostly O(1). */
  add(row: Row): void {
    const {rows, order, capacity} = this;
    if (rows.length < capacity) {
      rows.push(row);
      return;
    }
    if (!this.isHeap) this.makeHeap();
    if (capacity === 0 || order(row, rows[0]!) >= 0) return;
    rows[0] = row;
    this.siftDown(0);
    this.bound?.moveTo(rows[0]);
  }

  private makeHeap(): void {
    for (let i = (this.rows.length >>> 1) - 1; i >= 0; i--) this.siftDown(i);
    this.isHeap = true;
    const [last] = this.rows;
    if (last !== undefined) this.bound?.moveTo(last);
  }

  private siftDown(start: number): void {
    const {rows, order} = this;
    const row = rows[start]!;
    let place = start;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= rows.length) break;
      const right = child + 1;
      if (right < rows.length && order(rows[right]!, rows[child]!) > 0) {
        child = right;
      }
      if (order(rows[child]!, row) <= 0) break;
      rows[place] = rows[child]!;
      place = child;
    }
    rows[place] = row;
  }
}

/** The first key of the last row wanted: rows beyond need no more comparison. */
class FirstKeyBound {
  private readonly path: Path;
  private readonly keyOf: (row: Row) => unknown;
  private readonly comparison: Comparison;
  private sought: Sought | undefined;
  private loop: Select | undefined;

  constructor(
    {path, direction}: OrderKey,
    private readonly code: RowCode,
  ) {
    this.path = parsePath(path);
    this.keyOf = compileValueAt(this.path);
    this.comparison = direction === 1 ? 'notGreater' : 'notLess';
  }

  moveTo(row: Row): void {
    const former = this.sought?.operand;
    const operand = this.keyOf(row);
    if (!isOperand(operand) || typeof operand === 'boolean') {
      this.sought = undefined;
      return;
    }
    this.sought = {operand, otherwise: mayBeWanted};
    if (typeof operand === typeof former) return;
    this.loop = this.code.select(this.path, this.comparison, operand);
  }

  /**
   * Puts the rows that may come up to the bound into `found` and returns how many there
   * are; undefined where it takes more to tell.
   */
  select(rows: readonly Row[], found: Row[]): number | undefined {
    const {loop, sought} = this;
    return sought && loop?.(rows, rows.length, found, sought);
  }
}

/** Of another type, or invalid: the whole order tells. */
function mayBeWanted(): boolean {
  return true;
}
