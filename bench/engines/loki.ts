import Loki from 'lokijs';
import type {Engine, EngineEntry, Row} from '../engine';
import type {Item} from '../fixture';

/** LokiJS, with unique indexes and sorted ones; it answers its own objects, not copies, and keeps no compound indexes. */
export const loki: EngineEntry = {name: 'lokijs', open: openLoki};

function openLoki(): Engine {
  const database = new Loki('bench.db');
  const items = database.addCollection<Item>('items', {
    unique: ['id', 'code'],
    indices: ['group', 'price'],
  });
  return {
    load: rows => {
      items.insert(rows.map(row => ({...row})));
    },
    byId: id => items.by('id', id) as Row | undefined,
    byCode: code => {
      const item = items.by('code', code);
      return item ? rowsOf([item]) : [];
    },
    cheapest: (price, limit) =>
      rowsOf(
        items
          .chain()
          .find({price: {$gte: price}})
          .simplesort('price')
          .limit(limit)
          .data(),
      ),
    cheapestOfGroup: (group, price, limit) =>
      rowsOf(
        items
          .chain()
          .find({group})
          .find({price: {$gte: price}})
          .simplesort('price')
          .limit(limit)
          .data(),
      ),
    byIds: ids => rowsOf(ids.map(id => items.by('id', id)!)),
    byCodeOrPrice: (code, price) =>
      rowsOf(items.find({$or: [{code}, {price}]})),
    byGroupOrPrices: (group, low, high) =>
      rowsOf(
        items.find({$or: [{group}, {price: {$between: [low, high - 1]}}]}),
      ),
    inactiveBelow: stock =>
      rowsOf(items.find({$and: [{isActive: false}, {stock: {$lt: stock}}]})),
    firstByName: limit =>
      rowsOf(items.chain().simplesort('name').limit(limit).data()),
    countPrices: (low, high) =>
      items
        .chain()
        .find({price: {$between: [low, high - 1]}})
        .count(),
    hasPriceInGroup: (group, price) =>
      items.chain().find({price}).find({group}, true).count() > 0,
    pageByPrice: (skip, limit) =>
      rowsOf(
        items.chain().simplesort('price').offset(skip).limit(limit).data(),
      ),
    pricesOfGroup: group => items.find({group}).map(({price}) => ({price})),
    close: () => database.removeCollection('items'),
  };
}

function rowsOf(items: readonly Item[]): Row[] {
  return items as unknown as Row[];
}
