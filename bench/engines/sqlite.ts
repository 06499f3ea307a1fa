import type {Engine, EngineEntry, Row} from '../engine';
import type {Item} from '../fixture';
import {Sqlite, type SqliteStatement} from '../sqlite';

const inqSize = 100;

/** better-sqlite3 in memory, by prepared statements; booleans and dates are numbers to it and stay so. */
export const sqlite: EngineEntry | undefined = Sqlite && {
  name: 'better-sqlite3',
  open: () => new SqliteEngine(new Sqlite!(':memory:')),
};

export const itemTable = `
  CREATE TABLE Item (
    id INTEGER PRIMARY KEY, code TEXT UNIQUE, "group" INTEGER, price INTEGER,
    name TEXT, stock INTEGER, isActive INTEGER, addedAt INTEGER
  );
  CREATE INDEX byGroup ON Item ("group", price);
  CREATE INDEX byPrice ON Item (price);
`;

export class SqliteEngine implements Engine {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(private readonly database: Sqlite) {
    database.exec(itemTable);
    this.statements = prepare(database);
  }

  load(items: readonly Item[]): void {
    const {insert} = this.statements;
    this.database.transaction(() => {
      for (const item of items) insert.run(...valuesOf(item));
    })();
  }

  analyze(): void {
    this.database.exec('ANALYZE');
  }

  byId(id: number): Row | undefined {
    return this.statements.byId.get(id);
  }

  byCode(code: string): Row[] {
    return this.statements.byCode.all(code);
  }

  cheapest(price: number, limit: number): Row[] {
    return this.statements.cheapest.all(price, limit);
  }

  cheapestOfGroup(group: number, price: number, limit: number): Row[] {
    return this.statements.cheapestOfGroup.all(group, price, limit);
  }

  byIds(ids: readonly number[]): Row[] {
    return this.statements.byIds.all(...ids);
  }

  byCodeOrPrice(code: string, price: number): Row[] {
    return this.statements.byCodeOrPrice.all(code, price);
  }

  byGroupOrPrices(group: number, low: number, high: number): Row[] {
    return this.statements.byGroupOrPrices.all(group, low, high);
  }

  inactiveBelow(stock: number): Row[] {
    return this.statements.inactiveBelow.all(stock);
  }

  firstByName(limit: number): Row[] {
    return this.statements.firstByName.all(limit);
  }

  byCodePrefix(prefix: string): Row[] {
    return this.statements.byCodePrefix.all(`${prefix}*`);
  }

  byCodeRange(low: string, high: string): Row[] {
    return this.statements.byCodeRange.all(low, high);
  }

  countPrices(low: number, high: number): number {
    return this.statements.countPrices.get(low, high) as unknown as number;
  }

  hasPriceInGroup(group: number, price: number): boolean {
    const found = this.statements.hasPriceInGroup.get(group, price);
    return (found as unknown as number) === 1;
  }

  pageByPrice(skip: number, limit: number): Row[] {
    return this.statements.pageByPrice.all(limit, skip);
  }

  pricesOfGroup(group: number): Row[] {
    return this.statements.pricesOfGroup.all(group);
  }

  removeActive(): void {
    this.database.transaction(() => this.statements.removeActive.run())();
  }

  close(): void {
    this.database.close();
  }
}

/** The values of an item in the order of the table's columns. */
export function valuesOf(item: Item): unknown[] {
  const {id, code, group, price, name, stock, isActive, addedAt} = item;
  const active = Number(isActive);
  return [id, code, group, price, name, stock, active, addedAt.getTime()];
}

function prepare(database: Sqlite) {
  const query = (rest: string, columns = '*'): SqliteStatement =>
    database.prepare(`SELECT ${columns} FROM Item ${rest}`);
  const placeholders = Array(inqSize).fill('?').join();
  return {
    insert: database.prepare(
      'INSERT INTO Item VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    byId: query('WHERE id = ?'),
    byCode: query('WHERE code = ?'),
    cheapest: query('WHERE price >= ? ORDER BY price LIMIT ?'),
    cheapestOfGroup: query(
      'WHERE "group" = ? AND price >= ? ORDER BY price LIMIT ?',
    ),
    byIds: query(`WHERE id IN (${placeholders})`),
    byCodeOrPrice: query('WHERE code = ? OR price = ?'),
    byGroupOrPrices: query('WHERE "group" = ? OR (price >= ? AND price < ?)'),
    inactiveBelow: query('WHERE isActive = 0 AND stock < ?'),
    firstByName: query('ORDER BY name LIMIT ?'),
    byCodePrefix: query('WHERE code GLOB ?'),
    byCodeRange: query('WHERE code >= ? AND code < ?'),
    countPrices: query('WHERE price >= ? AND price < ?', 'COUNT(*)').pluck(),
    hasPriceInGroup: database
      .prepare(
        'SELECT EXISTS (SELECT 1 FROM Item WHERE "group" = ? AND price = ?)',
      )
      .pluck(),
    pageByPrice: query('ORDER BY price LIMIT ? OFFSET ?'),
    pricesOfGroup: query('WHERE "group" = ?', 'price'),
    removeActive: database.prepare('DELETE FROM Item WHERE isActive = 1'),
  };
}
