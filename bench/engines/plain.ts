import type {Engine, EngineEntry, Row} from '../engine';
import type {Item} from '../fixture';

/**
 * What one would write by hand for exactly these questions: a Map by id and by code, arrays sorted once, and a predicate
 * over an array where others have no index. It answers its own objects, not copies, and never changes.
 */
export const plain: EngineEntry = {
  name: 'plain',
  open: () => new PlainEngine(),
};

class PlainEngine implements Engine {
  private items: Item[] = [];
  private readonly byIdMap = new Map<number, Item>();
  private readonly byCodeMap = new Map<string, Item>();
  private readonly byGroupMap = new Map<number, Item[]>();
  private byPrice: Item[] = [];
  private byCodes: Item[] = [];

  load(items: readonly Item[]): void {
    this.items = items.map(item => ({...item}));
    this.byPrice = this.items.toSorted((a, b) => a.price - b.price);
    this.byCodes = this.items.toSorted((a, b) => (a.code < b.code ? -1 : 1));
    for (const item of this.byPrice) {
      this.byIdMap.set(item.id, item);
      this.byCodeMap.set(item.code, item);
      const group = this.byGroupMap.get(item.group);
      if (group) group.push(item);
      else this.byGroupMap.set(item.group, [item]);
    }
  }

  byId(id: number): Row | undefined {
    return rowOf(this.byIdMap.get(id));
  }

  byCode(code: string): Row[] {
    const item = this.byCodeMap.get(code);
    return item ? rowsOf([item]) : [];
  }

  cheapest(price: number, limit: number): Row[] {
    const start = firstFrom(this.byPrice, item => item.price >= price);
    return rowsOf(this.byPrice.slice(start, start + limit));
  }

  cheapestOfGroup(group: number, price: number, limit: number): Row[] {
    const items = this.byGroupMap.get(group) ?? [];
    const start = firstFrom(items, item => item.price >= price);
    return rowsOf(items.slice(start, start + limit));
  }

  byIds(ids: readonly number[]): Row[] {
    return rowsOf(ids.map(id => this.byIdMap.get(id)!));
  }

  byCodeOrPrice(code: string, price: number): Row[] {
    const found = new Set(this.byCode(code));
    for (const row of this.cheapest(price, 1)) {
      if (row['price'] === price) found.add(row);
    }
    return [...found];
  }

  byGroupOrPrices(group: number, low: number, high: number): Row[] {
    const found = new Set(this.byGroupMap.get(group));
    for (const item of this.between(low, high)) found.add(item);
    return rowsOf([...found]);
  }

  inactiveBelow(stock: number): Row[] {
    return rowsOf(
      this.items.filter(item => !item.isActive && item.stock < stock),
    );
  }

  firstByName(limit: number): Row[] {
    const first: Item[] = [];
    for (const item of this.items) {
      if (first.length === limit && item.name >= first[limit - 1]!.name) {
        continue;
      }
      const place = firstFrom(first, other => other.name > item.name);
      first.splice(place, 0, item);
      if (first.length > limit) first.pop();
    }
    return rowsOf(first);
  }

  byCodePrefix(prefix: string): Row[] {
    const {byCodes} = this;
    const start = firstFrom(byCodes, ({code}) => code >= prefix);
    const found: Item[] = [];
    for (let place = start; place < byCodes.length; place++) {
      const item = byCodes[place]!;
      if (!item.code.startsWith(prefix)) break;
      found.push(item);
    }
    return rowsOf(found);
  }

  byCodeRange(low: string, high: string): Row[] {
    const start = firstFrom(this.byCodes, ({code}) => code >= low);
    const end = firstFrom(this.byCodes, ({code}) => code >= high);
    return rowsOf(this.byCodes.slice(start, end));
  }

  countPrices(low: number, high: number): number {
    const start = firstFrom(this.byPrice, ({price}) => price >= low);
    return firstFrom(this.byPrice, ({price}) => price >= high) - start;
  }

  hasPriceInGroup(group: number, price: number): boolean {
    return this.cheapestOfGroup(group, price, 1)[0]?.['price'] === price;
  }

  pageByPrice(skip: number, limit: number): Row[] {
    return rowsOf(this.byPrice.slice(skip, skip + limit));
  }

  pricesOfGroup(group: number): Row[] {
    return this.byGroupMap.get(group)!.map(({price}) => ({price}));
  }

  close(): void {
    this.items = [];
  }

  private between(low: number, high: number): Item[] {
    const start = firstFrom(this.byPrice, ({price}) => price >= low);
    const end = firstFrom(this.byPrice, ({price}) => price >= high);
    return this.byPrice.slice(start, end);
  }
}

/** The first place at which `holds`, which holds for all later ones, too. */
function firstFrom(
  items: readonly Item[],
  holds: (item: Item) => boolean,
): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function rowOf(item: Item | undefined): Row | undefined {
  return item as Row | undefined;
}

function rowsOf(items: readonly Item[]): Row[] {
  return items as unknown as Row[];
}
