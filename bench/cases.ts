import {isDeepStrictEqual} from 'node:util';
import {
  itemsPerGroup,
  makeNewItem,
  rangeLimit,
  type Fixture,
  type Item,
} from './fixture';
import type {Store} from './store';

/** A case set up for one store: what is timed, and what is done between two timed batches. */
export interface Run {
  /** Performs operation number `index`; the answer is what `Case.rowCount` and `Case.isRight` look at. */
  perform(index: number): Promise<unknown>;
  /** Takes back what the operations of a batch have changed; not timed. */
  undo?(): Promise<void>;
}

/** One row of the table. */
export interface Case {
  name: string;
  /** What the operation does, for a reader of the table. */
  description: string;
  /** How many rows (or, of a count, how many counted rows) each answer is of. */
  rowCount: number;
  /** Operations that may follow each other without `undo`, as a part of the rows there are. */
  maxBatchShare?: number;
  /** Whether it is among those that have targets. */
  hasTarget: boolean;
  prepare(store: Store, fixture: Fixture): Run;
  countRows(answer: unknown): number;
  /** Whether this is the right answer to operation number `index`. */
  isRight(answer: unknown, fixture: Fixture, index: number): boolean;
}

/** All cases, in the order of the table. */
export const cases: readonly Case[] = [
  {
    name: 'findById',
    description: 'findById',
    hasTarget: true,
    rowCount: 1,
    prepare: (store, fixture) => ({
      perform: index => store.findById(pick(fixture, index).id),
    }),
    countRows: answer => (answer ? 1 : 0),
    isRight: (answer, fixture, index) =>
      isSame(answer as Item, pick(fixture, index)),
  },
  {
    name: 'findUnique',
    description: 'find by a unique property',
    hasTarget: true,
    rowCount: 1,
    prepare: (store, fixture) => ({
      perform: index => store.findByCode(pick(fixture, index).code),
    }),
    countRows: answer => (answer as Item[]).length,
    isRight: (answer, fixture, index) =>
      isSame((answer as Item[])[0]!, pick(fixture, index)),
  },
  {
    name: 'findRange',
    description: `find by an indexed range with order, limit ${rangeLimit}`,
    hasTarget: false,
    rowCount: rangeLimit,
    prepare: (store, fixture) => ({
      perform: index =>
        store.findFromPrice(lowestPrice(fixture, index), rangeLimit),
    }),
    countRows: answer => (answer as Item[]).length,
    isRight: (answer, fixture, index) => {
      const lowest = lowestPrice(fixture, index);
      return (answer as Item[]).every((item, place) =>
        isSame(item, fixture.itemByPrice[lowest + place]!),
      );
    },
  },
  {
    name: 'countGroup',
    description: `count by an indexed equality, ${itemsPerGroup} rows match`,
    hasTarget: false,
    rowCount: itemsPerGroup,
    prepare: (store, fixture) => ({
      perform: index => store.countInGroup(pick(fixture, index).group),
    }),
    countRows: answer => answer as number,
    isRight: answer => answer === itemsPerGroup,
  },
  {
    name: 'updateById',
    description: 'updateById',
    hasTarget: true,
    rowCount: 1,
    prepare: (store, fixture) => ({
      perform: index =>
        store.updateStock(pick(fixture, index).id, index % 1000),
    }),
    countRows: answer => answer as number,
    isRight: answer => answer === 1,
  },
  {
    name: 'deleteById',
    description: 'deleteById',
    hasTarget: true,
    rowCount: 1,
    maxBatchShare: 0.05,
    prepare: prepareDelete,
    countRows: () => 1,
    isRight: (answer, fixture) => (answer as number) <= fixture.items.length,
  },
  {
    name: 'create',
    description: 'create',
    hasTarget: true,
    rowCount: 1,
    maxBatchShare: 0.05,
    prepare: prepareCreate,
    countRows: answer => (answer ? 1 : 0),
    isRight: (answer, fixture) => (answer as number) > fixture.items.length,
  },
];

function prepareCreate(store: Store, fixture: Fixture): Run {
  let created: number[] = [];
  return {
    async perform(index) {
      const item = makeNewItem(fixture, index, pick(fixture, index));
      const id = await store.create(item);
      created.push(id);
      return id;
    },
    async undo() {
      for (const id of created) await store.remove(id);
      created = [];
    },
  };
}

/** No item is deleted twice before it is back. */
function prepareDelete(store: Store, fixture: Fixture): Run {
  const victims = [
    ...new Map(fixture.picks.map(item => [item.id, item])).values(),
  ];
  let deleted: Item[] = [];
  return {
    async perform(index) {
      const item = victims[index % victims.length]!;
      deleted.push(item);
      await store.deleteById(item.id);
      return item.id;
    },
    async undo() {
      for (const item of deleted) await store.restore(item);
      deleted = [];
    },
  };
}

function pick(fixture: Fixture, index: number): Item {
  return fixture.picks[index % fixture.picks.length]!;
}

/** A price from which on there are at least `rangeLimit` items. */
function lowestPrice(fixture: Fixture, index: number): number {
  const highest = fixture.items.length - rangeLimit;
  return Math.min(pick(fixture, index).price, highest);
}

/** Compares all properties but the stock, which `updateById` changes. */
function isSame(answer: Item, item: Item): boolean {
  const plain = Object.fromEntries(
    Object.keys(item).map(key => [key, answer[key as keyof Item]]),
  );
  return isDeepStrictEqual(plain, {...item, stock: answer.stock});
}
