import {
  DataSource,
  type AnyObject,
  type Connector,
  type ModelBaseClass,
} from 'loopback-datasource-juggler';
import type {Item, NewItem} from '../fixture';
import type {Store} from '../store';

const modelName = 'Item';
const itemsPerLoad = 1000;

const properties = {
  id: {type: Number, id: true, generated: true},
  code: {type: String, index: {unique: true}},
  group: {type: Number, index: true},
  price: {type: Number, index: true},
  name: {type: String},
  stock: {type: Number},
  isActive: {type: Boolean},
  addedAt: {type: Date},
};

/** The part of a juggler model that is timed; the juggler's own types do not know the properties. */
interface ItemModel {
  findById(id: number): Promise<Item | null>;
  find(filter: AnyObject): Promise<Item[]>;
  count(where: AnyObject): Promise<number>;
  updateAll(where: AnyObject, change: AnyObject): Promise<{count: number}>;
  create(item: NewItem): Promise<Item>;
  deleteById(id: number): Promise<unknown>;
}

/** Every operation through the juggler's data access object, as a LoopBack 4 repository calls it, with promises. */
export class LoopBackStore implements Store {
  private readonly model: ItemModel;
  private readonly connector: Connector;

  /** Takes over a connected data source without models. */
  constructor(protected readonly dataSource: DataSource) {
    this.model = dataSource.createModel<ModelBaseClass & ItemModel>(
      modelName,
      properties,
    );
    this.connector = dataSource.connector!;
  }

  async load(items: Iterable<NewItem>): Promise<void> {
    let part: NewItem[] = [];
    for (const item of items) {
      part.push(withoutId(item));
      if (part.length < itemsPerLoad) continue;
      await this.ask('createAll', [part]);
      part = [];
    }
    await this.ask('createAll', [part]);
  }

  findById(id: number): Promise<Item | null> {
    return this.model.findById(id);
  }

  findByCode(code: string): Promise<Item[]> {
    return this.model.find({where: {code}});
  }

  findFromPrice(price: number, limit: number): Promise<Item[]> {
    const where = {price: {gte: price}};
    return this.model.find({
      where,
      order: ['price ASC'],
      limit,
    });
  }

  countInGroup(group: number): Promise<number> {
    return this.model.count({group});
  }

  async updateStock(id: number, stock: number): Promise<number> {
    const answer = await this.model.updateAll({id}, {stock});
    return answer.count;
  }

  async create(item: NewItem): Promise<number> {
    const created = await this.model.create(item);
    return created.id;
  }

  async deleteById(id: number): Promise<void> {
    await this.model.deleteById(id);
  }

  async remove(id: number): Promise<void> {
    await this.ask('destroy', [id]);
  }

  async restore(item: Item): Promise<void> {
    await this.ask('create', [{...item}]);
  }

  async close(): Promise<void> {
    await this.dataSource.disconnect();
  }

  /** Calls a method of the connector itself: what is not timed need not take the long way. */
  private ask(method: string, operands: unknown[]): Promise<unknown> {
    const {connector} = this;
    return new Promise((resolve, reject) => {
      const callback = (error: unknown, answer: unknown): void => {
        if (error) reject(error);
        else resolve(answer);
      };
      connector[method](modelName, ...operands, {}, callback);
    });
  }
}

/** A connected data source over a connector that needs no settings. */
export async function connectBare(connector: Connector): Promise<DataSource> {
  const module = {
    initialize(dataSource: DataSource, callback: () => void): void {
      dataSource.connector = connector;
      connector.dataSource = dataSource;
      process.nextTick(callback);
    },
  };
  const dataSource = new DataSource({connector: module});
  await dataSource.connect();
  return dataSource;
}

function withoutId(item: NewItem): NewItem {
  const {code, group, price, name, stock, isActive, addedAt} = item;
  return {code, group, price, name, stock, isActive, addedAt};
}
