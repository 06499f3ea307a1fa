import Datastore from '@seald-io/nedb';
import type {Engine, EngineEntry, Row} from '../engine';
import type {Item} from '../fixture';

/** NeDB in memory, with an index on each property that others index. */
export const nedb: EngineEntry = {name: 'nedb', open: openNedb};

async function openNedb(): Promise<Engine> {
  const items = new Datastore<Row>();
  for (const [fieldName, unique] of [
    ['id', true],
    ['code', true],
    ['group', false],
    ['price', false],
  ] as const) {
    await items.ensureIndexAsync({fieldName, unique});
  }
  const find = (where: object): Promise<Row[]> => items.findAsync(where);
  const sorted = (where: object, by: string): Sorted =>
    items.findAsync(where).sort({[by]: 1});
  return {
    load: async (rows: readonly Item[]) => {
      await items.insertAsync(rows as unknown as Row[]);
    },
    byId: async id => (await find({id}))[0],
    byCode: code => find({code}),
    cheapest: (price, limit) =>
      sorted({price: {$gte: price}}, 'price').limit(limit),
    cheapestOfGroup: (group, price, limit) =>
      sorted({group, price: {$gte: price}}, 'price').limit(limit),
    byIds: ids => find({id: {$in: ids}}),
    byCodeOrPrice: (code, price) => find({$or: [{code}, {price}]}),
    byGroupOrPrices: (group, low, high) =>
      find({$or: [{group}, {price: {$gte: low, $lt: high}}]}),
    inactiveBelow: stock => find({isActive: false, stock: {$lt: stock}}),
    firstByName: limit => sorted({}, 'name').limit(limit),
    byCodePrefix: prefix => find({code: new RegExp(`^${prefix}`)}),
    byCodeRange: (low, high) => find({code: {$gte: low, $lt: high}}),
    countPrices: async (low, high) =>
      await items.countAsync({price: {$gte: low, $lt: high}}),
    hasPriceInGroup: async (group, price) =>
      (await items.countAsync({group, price})) > 0,
    pageByPrice: (skip, limit) => sorted({}, 'price').skip(skip).limit(limit),
    pricesOfGroup: group => items.findAsync({group}, {price: 1, _id: 0}),
    close: () => undefined,
  };
}

interface Sorted extends Promise<Row[]> {
  skip(count: number): Sorted;
  limit(count: number): Sorted;
}
