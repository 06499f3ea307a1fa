import {seededRandom, shuffled} from './random';

/** An item as it is handed to a store to be created; the store gives the id. */
export interface NewItem {
  code: string;
  group: number;
  price: number;
  name: string;
  stock: number;
  isActive: boolean;
  addedAt: Date;
}

/** An item as it is stored. */
export interface Item extends NewItem {
  id: number;
}

/** How many items share one `group`. */
export const itemsPerGroup = 100;

/** Stocks are whole numbers below this one, each as likely. */
export const stockLevels = 1000;

/** How many items a range answers. */
export const rangeLimit = 20;

/** What one size of the bench is measured on. Never changed by a case. */
export interface Fixture {
  /** The items in the order they are loaded; a store gives item n the id n + 1. */
  items: readonly Item[];
  /** Copies of items picked at random: what operation n of a case asks for is `picks[n % picks.length]`. */
  picks: readonly Item[];
  /** The item whose price is the given whole number from 0 to `items.length - 1`: prices are a permutation. */
  itemByPrice: readonly Item[];
}

const pickCount = 2 ** 16;
const firstDay = Date.UTC(2020, 0, 1);
const dayMs = 24 * 60 * 60 * 1000;

/** Makes the same fixture every time for as many rows. */
export function makeFixture(rows: number): Fixture {
  const items = [...generateItems(rows)];
  const itemByPrice = Array.from<Item>({length: rows});
  for (const item of items) itemByPrice[item.price] = item;
  return {items, picks: pickItems(rows, items), itemByPrice};
}

/** The items of a fixture one by one; codes and prices are unique and in no relation to the ids. */
export function* generateItems(rows: number): Generator<Item, void, void> {
  const random = seededRandom(rows);
  const prices = shuffled(rows, random);
  const places = shuffled(rows, random);
  for (let index = 0; index < rows; index++) {
    const id = index + 1;
    const code = codeOf(id);
    yield {
      id,
      code,
      group: Math.floor(places[index]! / itemsPerGroup),
      price: prices[index]!,
      name: flat(`Item ${code}`),
      stock: Math.floor(random() * stockLevels),
      isActive: random() < 0.5,
      addedAt: new Date(firstDay + Math.floor(random() * 2000) * dayMs),
    };
  }
}

/** The picks of a fixture with these items. */
export function pickItems(rows: number, items: Iterable<Item>): Item[] {
  const random = seededRandom(pickCount + rows);
  const ids = Array.from(
    {length: pickCount},
    () => Math.floor(random() * rows) + 1,
  );
  const itemById = new Map<number, Item | undefined>(
    ids.map(id => [id, undefined]),
  );
  for (const item of items) {
    if (itemById.has(item.id)) itemById.set(item.id, item);
  }
  return ids.map(id =>
    // A code as it comes with a request: the same letters at another place.
    Object.assign({...itemById.get(id)!}, {code: codeOf(id)}),
  );
}

/** An item that is not among those of a fixture; `serial` tells it from others, group and price are those of `like`. */
export function makeNewItem(
  fixture: Fixture,
  serial: number,
  like: Item,
): NewItem {
  return {
    code: codeOf(fixture.items.length + 1 + serial),
    group: like.group,
    price: like.price,
    name: 'New item',
    stock: 7,
    isActive: true,
    addedAt: new Date(firstDay),
  };
}

/** A code of up to 8 letters for each whole number, in no order and none of them twice (the factor is odd). */
function codeOf(number: number): string {
  return `c${(Math.imul(number, 0x9e3779b1) >>> 0).toString(36)}`;
}

/** The same text as one piece of memory, as it comes from a request; a template may only note what to join. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
