import {Database} from '../../lib/database/database';
import {
  countRows,
  deleteById,
  insert,
  select,
  updateWhere,
} from '../../lib/database/statements';
import {noRules} from '../../lib/schema/rules';
import type {IndexDefinition, TableSchema} from '../../lib/schema/schema';
import type {Item, NewItem} from '../fixture';
import {useOtherTables} from '../other-models';
import type {Peer, Store} from '../store';

const table = 'Item';

/** The table of the bench's items, with the indexes that their model has. */
export const itemSchema: TableSchema = {
  name: table,
  primaryKey: ['id'],
  idGeneration: 'number',
  columns: {
    id: 'number',
    code: 'string',
    group: 'number',
    price: 'number',
    name: 'string',
    stock: 'number',
    isActive: 'boolean',
    addedAt: 'date',
  },
  indexes: [index('code', true), index('group', false), index('price', false)],
  foreignKeys: [],
  ...noRules,
};

/** The database below the connector, without the juggler: only what this package itself costs. */
export const database: Peer = {
  name: 'database',
  answersConstants: false,
  base: 'null',
  maxRows: 100_000,
  async open() {
    const opened = new Database();
    await useOtherTables(opened);
    opened.declare(table, itemSchema);
    return new DatabaseStore(opened);
  },
};

/** Asks the questions that the juggler makes of the same operations. */
export class DatabaseStore implements Store {
  constructor(private readonly database: Database) {}

  async load(items: Iterable<NewItem>): Promise<void> {
    await this.database.write(writer => insert(writer, table, [...items]));
  }

  async findById(id: number): Promise<Item | null> {
    const filter = {where: {id}, limit: 1, offset: 0, skip: 0};
    return this.select(filter)[0] ?? null;
  }

  async findByCode(code: string): Promise<Item[]> {
    return this.select({where: {code}});
  }

  async findFromPrice(price: number, limit: number): Promise<Item[]> {
    const order = ['price ASC'];
    return this.select({where: {price: {gte: price}}, order, limit});
  }

  async countInGroup(group: number): Promise<number> {
    return this.database.view(view => countRows(view, table, {group}));
  }

  async updateStock(id: number, stock: number): Promise<number> {
    return this.database.write(writer =>
      updateWhere(writer, table, {id}, {stock}),
    );
  }

  async create(item: NewItem): Promise<number> {
    const [row] = await this.database.write(writer =>
      insert(writer, table, [item]),
    );
    return row!['id'] as number;
  }

  async deleteById(id: number): Promise<void> {
    await this.remove(id);
  }

  async restore(item: Item): Promise<void> {
    await this.database.write(writer => insert(writer, table, [item]));
  }

  async remove(id: number): Promise<void> {
    await this.database.write(writer => deleteById(writer, table, id));
  }

  async close(): Promise<void> {
    await this.database.closeFiles();
  }

  private select(filter: object): Item[] {
    return this.database.view(version =>
      select(version, table, filter),
    ) as unknown as Item[];
  }
}

function index(path: string, isUnique: boolean): IndexDefinition {
  const keys = [{path, direction: 1}] as const;
  return {name: path, kind: 'ordered', keys, isUnique};
}
