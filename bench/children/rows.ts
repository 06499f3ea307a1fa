import * as connector from 'loopback-connector-inmemory';
import {heapBytes} from '../child';
import {makeFixture, type Item} from '../fixture';
import {DataSource} from 'loopback-datasource-juggler';

/** Prints how many bytes of heap rows take: `array`, or `inmemory` with so many indexes; then how many rows. */
const rowsPerLoad = 1000;
const indexed = ['code', 'group', 'price'];

async function main(): Promise<void> {
  const [kind, indexes, rows] = process.argv.slice(2);
  const keep =
    kind === 'array' ? intoArray() : await intoStore(Number(indexes));
  // What is loaded and compiled on first use is not the rows'.
  await load(keep, makeFixture(rowsPerLoad).items);
  await keep.clear();
  const before = heapBytes();
  await load(keep, makeFixture(Number(rows)).items);
  console.log(JSON.stringify((heapBytes() - before) / Number(rows)));
  // Until here it is in use.
  await keep.clear();
}

interface Keep {
  add(items: readonly object[]): unknown;
  clear(): unknown;
}

/** Hands over copies, as a request would; the items themselves end with this function. */
async function load(keep: Keep, items: readonly Item[]): Promise<void> {
  for (let start = 0; start < items.length; start += rowsPerLoad) {
    const part = items.slice(start, start + rowsPerLoad);
    await keep.add(part.map(item => ({...item})));
  }
}

function intoArray(): Keep {
  const kept: object[] = [];
  return {
    add: items => kept.push(...items),
    clear: () => {
      kept.length = 0;
    },
  };
}

async function intoStore(indexes: number): Promise<Keep> {
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  const index = (name: string) => indexed.slice(0, indexes).includes(name);
  dataSource.createModel('Item', {
    id: {type: Number, id: true},
    code: {type: String, index: index('code') && {unique: true}},
    group: {type: Number, index: index('group')},
    price: {type: Number, index: index('price')},
    name: {type: String},
    stock: {type: Number},
    isActive: {type: Boolean},
    addedAt: {type: Date},
  });
  const ask = (method: string, operand: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      dataSource.connector![method](
        'Item',
        operand,
        {},
        (error: unknown, answer: unknown) =>
          error ? reject(error) : resolve(answer),
      );
    });
  return {
    add: items => ask('createAll', items),
    clear: () => ask('destroyAll', {}),
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
