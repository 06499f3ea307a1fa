import type {Item, NewItem} from './fixture';

/** The operations that are timed, in the words of the bench; every contender answers them in its own way. */
export interface Store {
  /** Stores the items under ids 1, 2, 3 ... in their order. Called once, on an empty store; not timed. */
  load(items: Iterable<NewItem>): Promise<void>;
  findById(id: number): Promise<Item | null>;
  /** The items with this code, by an index over unique codes: one or none. */
  findByCode(code: string): Promise<Item[]>;
  /** The first `limit` items of this price or more, cheapest first, by an index over prices. */
  findFromPrice(price: number, limit: number): Promise<Item[]>;
  /** How many items are in the group, by an index over groups. */
  countInGroup(group: number): Promise<number>;
  /** Sets the stock of the item with this id and answers how many items that were. */
  updateStock(id: number, stock: number): Promise<number>;
  /** Stores a new item and answers its id. */
  create(item: NewItem): Promise<number>;
  /** Removes the item with this id. */
  deleteById(id: number): Promise<void>;
  /** Removes the item with this id; used to undo `create`, not timed. */
  remove(id: number): Promise<void>;
  /** Stores an item that was deleted, under its id; used to undo `deleteById`, not timed. */
  restore(item: Item): Promise<void>;
  close(): Promise<void>;
}

/** A store as far as writes to files are timed. */
export type WritingStore = Pick<Store, 'updateStock' | 'close'>;

/** A contender of the bench: one file in `peers/`, listed in `peers.ts`. */
export interface Peer {
  name: string;
  /** Whether it answers the same constants whatever it is asked, so that only the size of an answer can be checked. */
  answersConstants: boolean;
  /** The most rows with which its operations end in reasonable time or room; any number if undefined. */
  maxRows?: number;
  /** The name of the peer that does the same and stores nothing; its own for that one. */
  base: string;
  /** Opens an empty store; `rows` is how many items it is going to hold. */
  open(rows: number): Promise<Store>;
}
