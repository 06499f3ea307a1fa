import {type Key, type KeyOrder, singleKeyOrder} from '../store/tree/key-order';
import {Tree} from '../store/tree/tree';

/** What a hash table has keys of. */
type Plain = string | number | bigint;

/**
 * What belongs to keys of an order: numbers and texts, which most keys are, in a
 * hash table where the order is that of single values, all others in a tree.
 * O(1), else O(log n).
 */
export class KeyMap<T> {
  private readonly plain: Map<Plain, T> | undefined;
  private readonly others: Tree<T>;

  constructor(order: KeyOrder) {
    this.plain = order === singleKeyOrder ? new Map() : undefined;
    this.others = Tree.create(order);
  }

  /** The number of keys. O(1). */
  get size(): number {
    return (this.plain?.size ?? 0) + this.others.size;
  }

  get(key: Key): T | undefined {
    const plain = this.plain && plainForm(key);
    return plain === undefined ? this.others.get(key) : this.plain!.get(plain);
  }

  set(key: Key, value: T): void {
    const plain = this.plain && plainForm(key);
    if (plain === undefined) this.others.set(key, value);
    else this.plain!.set(plain, value);
  }

  delete(key: Key): void {
    const plain = this.plain && plainForm(key);
    if (plain === undefined) this.others.delete(key);
    else this.plain!.delete(plain);
  }

  /** All that belongs to keys, in no certain order. */
  *values(): Generator<T, void, void> {
    if (this.plain !== undefined) yield* this.plain.values();
    for (const batch of this.others.batches({}, false)) {
      for (const [, value] of batch) yield value;
    }
  }
}

/**
 * What stands for a key in a hash table: the same for equal keys. Undefined for
 * keys that are no number and no text.
 */
function plainForm(key: Key): Plain | undefined {
  switch (typeof key) {
    case 'string':
      return key;
    case 'number':
      return Number.isNaN(key) ? undefined : key;
    case 'bigint': {
      const number = Number(key);
      return Number.isFinite(number) && BigInt(number) === key ? number : key;
    }
    default:
      return undefined;
  }
}
