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

/** Makes the same `rows` items every time; codes and prices are unique and in no relation to the ids. */
export function makeFixture(rows: number): Fixture {
  const random = seededRandom(rows);
  const codes = shuffled(rows, random);
  const prices = shuffled(rows, random);
  const groups = shuffled(rows, random);
  const items = codes.map((code, index) => {
    const group = Math.floor(groups[index]! / itemsPerGroup);
    const item = Object.assign(makeItem(codeText(code), group), {
      id: index + 1,
    });
    item.price = prices[index]!;
    item.addedAt = new Date(firstDay + Math.floor(random() * 2000) * dayMs);
    return item;
  });
  const itemByPrice = Array.from<Item>({length: rows});
  for (const item of items) itemByPrice[item.price] = item;
  const picks = Array.from({length: pickCount}, () => {
    const item = items[Math.floor(random() * rows)]!;
    return Object.assign({...item}, {code: flat(item.code)});
  });
  return {items, picks, itemByPrice};
}

/** An item that is not among those of a fixture, its code made of `serial`. */
export function makeNewItem(serial: number, group: number): NewItem {
  return makeItem(flat(`new-${serial}`), group);
}

function makeItem(code: string, group: number): NewItem {
  return {
    code,
    group,
    price: 0,
    name: flat(`Item ${code}`),
    stock: 7,
    isActive: true,
    addedAt: new Date(firstDay),
  };
}

function codeText(code: number): string {
  return flat(`code-${String(code).padStart(8, '0')}`);
}

/** The same text as an own piece of memory, as it comes from a request; `+` would only note what to join. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
