import type {Item, NewItem} from './fixture';
import {NullConnector} from './null-connector';

type Callback<Answer> = (error: null, answer: Answer) => void;

interface PlainFilter {
  where: {id?: number; code?: string; price?: {gte: number}};
  limit?: number;
}

/**
 * Arrays and Maps made for exactly the operations of the bench, with no filters, versions or checks: each operation is
 * O(1). Where the null connector answers one constant that never leaves the processor's cache, this one copies the
 * rows that were asked for, from wherever they lie in memory. No connector that stores rows can be much faster.
 */
export class PlainConnector extends NullConnector {
  /** The row with id n + 1 at place n; nothing where it was deleted. */
  private readonly rows: (Item | undefined)[] = [];
  private readonly rowByCode = new Map<string, Item>();
  private readonly rowByPrice: Item[] = [];
  private readonly rowsInGroup = new Map<number, number>();

  override createAll(
    _model: string,
    items: NewItem[],
    _options: object,
    callback: Callback<object[]>,
  ): void {
    for (const item of items) this.add(item);
    process.nextTick(callback, null, items);
  }

  override create(
    _model: string,
    item: NewItem,
    _options: object,
    callback: Callback<number>,
  ): void {
    process.nextTick(callback, null, this.add(item).id);
  }

  override all(
    _model: string,
    filter: PlainFilter,
    _options: object,
    callback: Callback<object[]>,
  ): void {
    const {id, code, price} = filter.where;
    const rows: Item[] = [];
    if (id !== undefined) rows.push(copyOf(this.rows[id - 1]!));
    else if (code !== undefined) rows.push(copyOf(this.rowByCode.get(code)!));
    else if (price !== undefined) {
      const end = price.gte + filter.limit!;
      for (let place = price.gte; place < end; place++) {
        rows.push(copyOf(this.rowByPrice[place]!));
      }
    }
    process.nextTick(callback, null, rows);
  }

  override count(
    _model: string,
    where: {group: number},
    _options: object,
    callback: Callback<number>,
  ): void {
    process.nextTick(callback, null, this.rowsInGroup.get(where.group)!);
  }

  // eslint-disable-next-line max-params -- the juggler's signature
  override update(
    _model: string,
    where: {id: number},
    change: Partial<Item>,
    _options: object,
    callback: Callback<{count: number}>,
  ): void {
    Object.assign(this.rows[where.id - 1]!, change);
    process.nextTick(callback, null, {count: 1});
  }

  override destroyAll(
    _model: string,
    where: {id: number},
    _options: object,
    callback: Callback<{count: number}>,
  ): void {
    this.take(where.id);
    process.nextTick(callback, null, {count: 1});
  }

  /** Only the last row can be removed this way: it is what the bench takes back. */
  override destroy(
    _model: string,
    _id: unknown,
    _options: object,
    callback: Callback<{count: number}>,
  ): void {
    this.take(this.rows.length);
    this.rows.pop();
    process.nextTick(callback, null, {count: 1});
  }

  private take(id: number): void {
    const {code, group} = this.rows[id - 1]!;
    this.rows[id - 1] = undefined;
    this.rowByCode.delete(code);
    this.rowsInGroup.set(group, this.rowsInGroup.get(group)! - 1);
  }

  private add(item: NewItem & {id?: number}): Item {
    const addedAt = new Date(item.addedAt);
    const id = item.id ?? this.rows.length + 1;
    const row = {...item, addedAt, id};
    this.rows[id - 1] = row;
    this.rowByCode.set(row.code, row);
    this.rowByPrice[row.price] ??= row;
    const others = this.rowsInGroup.get(row.group) ?? 0;
    this.rowsInGroup.set(row.group, others + 1);
    return row;
  }
}

function copyOf(row: Item): Item {
  return {...row, addedAt: new Date(row.addedAt.getTime())};
}
