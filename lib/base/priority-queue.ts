/**
 * Items of which the one with the least priority is always at hand: a binary
 * heap. The priorities are in an array of their own, of nothing but numbers, so
 * that most comparisons read no item.
 */
export class PriorityQueue<T> {
  /** None is less than the one at half its place. */
  private readonly priorities: number[] = [];
  private readonly items: T[] = [];

  /** `order` is that of items with the same priority. */
  constructor(private readonly order: (a: T, b: T) => number) {}

  /** Adds an item. O(log n), mostly O(1). */
  push(priority: number, item: T): void {
    const {items, priorities} = this;
    let place = items.length;
    priorities.push(priority);
    items.push(item);
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.isBefore(priority, item, parent)) break;
      this.move(parent, place);
      place = parent;
    }
    priorities[place] = priority;
    items[place] = item;
  }

  /** Takes out the first item; undefined when there is none. O(log n). */
  pop(): T | undefined {
    const {items, priorities} = this;
    const first = items[0];
    const lastPriority = priorities.pop();
    const lastItem = items.pop();
    if (items.length > 0) this.siftDown(lastPriority!, lastItem!);
    return first;
  }

  /** Puts an item in the first place, or where it belongs below. */
  private siftDown(priority: number, item: T): void {
    const {items, priorities} = this;
    const {length} = items;
    let place = 0;
    for (let child = 1; child < length; child = 2 * place + 1) {
      const right = child + 1;
      if (
        right < length &&
        this.isBefore(priorities[right]!, items[right]!, child)
      ) {
        child = right;
      }
      if (this.isBefore(priority, item, child)) break;
      this.move(child, place);
      place = child;
    }
    priorities[place] = priority;
    items[place] = item;
  }

  private isBefore(priority: number, item: T, place: number): boolean {
    const other = this.priorities[place]!;
    if (priority !== other) return priority < other;
    return this.order(item, this.items[place]!) < 0;
  }

  private move(from: number, to: number): void {
    this.priorities[to] = this.priorities[from]!;
    this.items[to] = this.items[from]!;
  }
}
