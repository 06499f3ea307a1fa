import type {Item, NewItem} from './fixture';

/** Rows as an engine has them; not all keep booleans and dates. */
export type Row = Readonly<Record<string, unknown>>;

export type Answer<T> = T | Promise<T>;

/**
 * The questions that are asked below the juggler, in the words of the bench. Every engine answers them in the best of
 * its own ways, with unique indexes on `id` and `code`, one on `price`, and one on `group` and `price` together where it
 * can have that. What it cannot answer, it leaves out.
 */
export interface Engine {
  /** Stores items that are not there yet, in one statement or transaction. */
  load(items: readonly Item[]): Answer<void>;
  /** What users are told to do once a table is full. */
  analyze?(): void;
  byId(id: number): Answer<Row | null | undefined>;
  byCode(code: string): Answer<readonly Row[]>;
  /** The first `limit` of this price or more, cheapest first. */
  cheapest(price: number, limit: number): Answer<readonly Row[]>;
  /** The first `limit` of a group, of this price or more, cheapest first. */
  cheapestOfGroup(
    group: number,
    price: number,
    limit: number,
  ): Answer<readonly Row[]>;
  byIds(ids: readonly number[]): Answer<readonly Row[]>;
  byCodeOrPrice(code: string, price: number): Answer<readonly Row[]>;
  /** All of a group, and all with a price from `low` to below `high`. */
  byGroupOrPrices(
    group: number,
    low: number,
    high: number,
  ): Answer<readonly Row[]>;
  /** The inactive ones with less than this stock: two conditions without an index. */
  inactiveBelow(stock: number): Answer<readonly Row[]>;
  /** The first `limit` by name, which has no index. */
  firstByName(limit: number): Answer<readonly Row[]>;
  byCodePrefix?(prefix: string): Answer<readonly Row[]>;
  byCodeRange?(low: string, high: string): Answer<readonly Row[]>;
  /** How many prices there are from `low` to below `high`. */
  countPrices(low: number, high: number): Answer<number>;
  hasPriceInGroup(group: number, price: number): Answer<boolean>;
  /** `limit` rows by price after the first `skip`. */
  pageByPrice(skip: number, limit: number): Answer<readonly Row[]>;
  /** Nothing but `price` of all rows in a group. */
  pricesOfGroup(group: number): Answer<readonly Row[]>;
  /** Removes those that are active, half of all, in one statement or transaction. */
  removeActive?(): Answer<void>;
  close(): Answer<void>;
}

/** An engine by its name. */
export interface EngineEntry {
  readonly name: string;
  readonly open: () => Answer<Engine>;
}

/** What is given to an engine to store. */
export function newItemOf(item: Item): NewItem {
  const {code, group, price, name, stock, isActive, addedAt} = item;
  return {code, group, price, name, stock, isActive, addedAt};
}
