import type {Row} from '../value/copy';
import type {RowOrder} from './order';

/**
 * The first `capacity` rows of those that are added. While more rows come than
 * are wanted it holds a heap with the last of the wanted ones on top, so that
 * 20 of 100,000 rows cost one comparison for most rows and no sort.
 */
export class TopRows {
  private readonly rows: Row[] = [];
  private isHeap = false;

  constructor(
    private readonly order: RowOrder,
    private readonly capacity: number,
  ) {}

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
  }

  /** The rows in order; the last call on this object. */
  inOrder(): Row[] {
    return this.rows.sort(this.order);
  }

  private makeHeap(): void {
    for (let i = (this.rows.length >>> 1) - 1; i >= 0; i--) this.siftDown(i);
    this.isHeap = true;
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
