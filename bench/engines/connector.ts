import {
  DataSource,
  type AnyObject,
  type Connector,
} from 'loopback-datasource-juggler';
import * as inmemoryModule from 'loopback-connector-inmemory';
import {newItemOf, type Engine, type EngineEntry, type Row} from '../engine';
import type {Item} from '../fixture';
import {useOtherModels} from '../other-models';

const modelName = 'Item';

const properties = {
  id: {type: Number, id: true, generated: true},
  code: {type: String, index: {unique: true}},
  group: {type: Number},
  price: {type: Number, index: true},
  name: {type: String},
  stock: {type: Number},
  isActive: {type: Boolean},
  addedAt: {type: Date},
};
const settings = {indexes: {byGroup: {keys: {group: 1, price: 1}}}};

/** The connector of this package, called without the juggler. */
export const inmemory: EngineEntry = {
  name: 'inmemory',
  open: () => openConnector(inmemoryModule),
};

/** The juggler's `memory` connector, called without the juggler. Its `like` is another one, so it is not asked that. */
export const builtIn: EngineEntry = {
  name: 'built-in',
  async open() {
    const engine: Engine = await openConnector('memory');
    delete engine.byCodePrefix;
    return engine;
  },
};

/** A connector with the model of the bench's items, without rows, after thirty other models were used; none if told. */
export async function openConnector(
  connector: unknown,
  usesOthers = true,
): Promise<ConnectorEngine> {
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  if (usesOthers) await useOtherModels(dataSource);
  dataSource.createModel(modelName, properties, settings);
  return new ConnectorEngine(dataSource);
}

/** Calls a connector's own methods, as the juggler does. */
export class ConnectorEngine implements Engine {
  private readonly connector: Connector;
  byCodePrefix? = (prefix: string): Promise<Row[]> =>
    this.all({where: {code: {like: `${prefix}%`}}});

  constructor(private readonly dataSource: DataSource) {
    this.connector = dataSource.connector!;
  }

  async load(items: readonly Item[]): Promise<void> {
    await this.ask('createAll', [items.map(newItemOf)]);
  }

  async byId(id: number): Promise<Row | undefined> {
    const rows = await this.all({where: {id}, limit: 1, offset: 0, skip: 0});
    return rows[0];
  }

  byCode(code: string): Promise<Row[]> {
    return this.all({where: {code}});
  }

  cheapest(price: number, limit: number): Promise<Row[]> {
    const where = {price: {gte: price}};
    return this.all({where, order: ['price ASC'], limit});
  }

  cheapestOfGroup(group: number, price: number, limit: number): Promise<Row[]> {
    // One operator each: the built-in connector takes no more.
    const where = {group, price: {gte: price}};
    return this.all({where, order: ['price ASC'], limit});
  }

  byIds(ids: readonly number[]): Promise<Row[]> {
    return this.all({where: {id: {inq: ids}}});
  }

  byCodeOrPrice(code: string, price: number): Promise<Row[]> {
    return this.all({where: {or: [{code}, {price}]}});
  }

  byGroupOrPrices(group: number, low: number, high: number): Promise<Row[]> {
    const prices = {and: [{price: {gte: low}}, {price: {lt: high}}]};
    return this.all({where: {or: [{group}, prices]}});
  }

  inactiveBelow(stock: number): Promise<Row[]> {
    return this.all({where: {isActive: false, stock: {lt: stock}}});
  }

  firstByName(limit: number): Promise<Row[]> {
    return this.all({order: ['name ASC'], limit});
  }

  byCodeRange(low: string, high: string): Promise<Row[]> {
    return this.all({where: {and: [{code: {gte: low}}, {code: {lt: high}}]}});
  }

  countPrices(low: number, high: number): Promise<number> {
    const where = {and: [{price: {gte: low}}, {price: {lt: high}}]};
    return this.ask('count', [where]) as Promise<number>;
  }

  async hasPriceInGroup(group: number, price: number): Promise<boolean> {
    return ((await this.ask('count', [{group, price}])) as number) > 0;
  }

  pageByPrice(skip: number, limit: number): Promise<Row[]> {
    return this.all({order: ['price ASC'], skip, offset: skip, limit});
  }

  pricesOfGroup(group: number): Promise<Row[]> {
    return this.all({where: {group}, fields: ['price']});
  }

  async removeActive(): Promise<void> {
    await this.ask('destroyAll', [{isActive: true}]);
  }

  async close(): Promise<void> {
    await this.dataSource.disconnect();
  }

  private all(filter: AnyObject): Promise<Row[]> {
    return this.ask('all', [filter]) as Promise<Row[]>;
  }

  private ask(method: string, operands: unknown[]): Promise<unknown> {
    const {connector} = this;
    return new Promise((resolve, reject) => {
      connector[method](
        modelName,
        ...operands,
        {},
        (error: unknown, answer: unknown) => {
          if (error) reject(error);
          else resolve(answer);
        },
      );
    });
  }
}
