import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {tryOftenAsync} from '../support/random';
import {makeDataSource, type Model} from '../support/connector/data-source';

const properties = {
  id: {type: Number, id: true},
  code: {type: Number, index: {unique: true}},
  group: {type: Number, index: true},
  name: String,
};

interface Row {
  readonly id: number;
}

/** Rows with these ids. */
function rows(from: number, count: number): object[] {
  return Array.from({length: count}, (_, i) => {
    const id = from + i;
    return {id, code: id * 3, group: id % 5, name: 'a'};
  });
}

function modelWith(settings: object): Model {
  return makeDataSource(settings).define('M', properties);
}

/** How often the event loop has turned while some work was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  return turns;
}

describe('the setting yieldMs', () => {
  for (const yieldMs of [-1, 1.5, '5', 2 ** 31]) {
    it(`is refused when it is ${JSON.stringify(yieldMs)}`, () => {
      assert.throws(() => makeDataSource({yieldMs}), {
        code: 'INVALID_SETTING',
        message:
          /The setting yieldMs cannot be .*number of milliseconds from 0/,
      });
    });
  }

  /** Far more than one slice, however fast the machine. */
  const many = 40_000;

  for (const [title, work] of [
    ['createAll', (M: Model) => M.createAll(rows(many + 1, many))],
    ['find', (M: Model) => M.find({where: {name: 'a'}, order: 'name DESC'})],
    ['count', (M: Model) => M.count({name: {neq: 'b'}})],
    ['updateAll', (M: Model) => M.updateAll({name: 'a'}, {name: 'b'})],
    ['destroyAll', (M: Model) => M.destroyAll({id: {gt: 5}})],
  ] as const) {
    it(`lets the event loop turn during ${title}`, async () => {
      const M = modelWith({yieldMs: 0});
      // By the connector: the juggler's own work has no pauses.
      const {connector} = M.dataSource;
      await new Promise(resolve =>
        connector.createAll('M', rows(1, many), {}, resolve),
      );
      const inConnector = {
        createAll: (data: object[]) => called(connector, 'createAll', data),
        find: (filter: object) => called(connector, 'all', filter),
        count: (where: object) => called(connector, 'count', where),
        updateAll: (where: object, data: object) =>
          called(connector, 'updateAll', where, data),
        destroyAll: (where: object) => called(connector, 'destroyAll', where),
      };
      assert.ok((await turnsDuring(() => work(inConnector))) > 1);
    });
  }

  it('lets the event loop turn while tables are discovered', async () => {
    const {connector} = modelWith({yieldMs: 0}).dataSource;
    const asked = ['discoverModelProperties', 'discoverPrimaryKeys'].map(name =>
      connector[name].bind(connector, 'M'),
    );
    await called(connector, 'createAll', rows(1, many));
    let found: unknown[] = [];
    const turns = await turnsDuring(async () => {
      found = await Promise.all(asked.map(ask => ask()));
    });
    assert.ok(turns > 1);
    const [columns, keys] = found as [object[], object[]];
    assert.deepEqual([columns.length, keys.length], [4, 1]);
  });

  it('leaves short statements as they are: done when they are called', () => {
    const M = modelWith({yieldMs: 1_000});
    const {connector} = M.dataSource;
    connector.createAll('M', rows(1, 5), {}, () => undefined);
    assert.equal(connector.statistics().tables[0].rows, 5);
  });

  it('lets what was called finish before the datasource disconnects', async () => {
    const dataSource = makeDataSource({yieldMs: 0});
    const M: Model = dataSource.define('M', properties);
    await M.count();
    const created = called(dataSource.connector, 'createAll', rows(1, 5_000));
    await dataSource.disconnect();
    await created;
    await dataSource.connect();
    assert.equal(await M.count(), 5_000);
  });

  it('has all rows found where texts have a collation', async () => {
    const emulate = {database: 'mysql', migrations: 'automatic'};
    const dataSource = makeDataSource({yieldMs: 0, emulate});
    const M: Model = dataSource.define('M', properties);
    await called(dataSource.connector, 'createAll', rows(1, 600));
    const found = await M.find();
    assert.equal(found.length, 600);
  });
});

/** Calls a method of the connector for the model M. */
function called(
  connector: any,
  method: string,
  ...args: readonly unknown[]
): Promise<any> {
  return new Promise((resolve, reject) => {
    const callback = (error: Error | null, result: unknown): void =>
      error ? reject(error) : resolve(result);
    connector[method]('M', ...args, {}, callback);
  });
}

const anyId = fc.integer({min: 1, max: 900});

/** A call of the connector: its method and arguments. */
const anyCall = fc.oneof(
  fc
    .tuple(anyId, fc.integer({min: 1, max: 400}))
    .map(([from, count]) => ['createAll', rows(from, count)] as const),
  fc
    .tuple(anyId, fc.constantFrom('b', 'c'))
    .map(([id, name]) => ['updateAll', {id: {gt: id}}, {name}] as const),
  fc.constantFrom(
    ['updateAll', {name: 'b'}, {group: 1}] as const,
    ['updateAll', {group: {lt: 3}}, {name: 'd'}] as const,
    ['updateAll', {name: 'c'}, {code: 7}] as const,
    ['upsertWithWhere', {name: 'none'}, {id: 2_000, code: 1}] as const,
  ),
  fc
    .tuple(anyId, fc.integer({min: 1, max: 300}))
    .map(
      ([id, count]) =>
        ['destroyAll', {id: {between: [id, id + count]}}] as const,
    ),
  anyId.map(id => ['destroy', id] as const),
  anyId.map(id => ['updateAttributes', id, {name: 'e'}] as const),
);

describe('statements in slices and their twins in one go', () => {
  it('give the same answers, and readers see states between them', async () => {
    const property = fc.asyncProperty(
      fc.array(anyCall, {minLength: 2, maxLength: 8}),
      fc.constantFrom(0, 1),
      async (calls, yieldMs) => {
        const twin = modelWith({}).dataSource.connector;
        const cut = modelWith({yieldMs}).dataSource.connector;
        for (const one of [twin, cut]) {
          await called(one, 'createAll', rows(1, 600));
        }
        const states = [await called(twin, 'all', {})];
        const expected = [];
        for (const [method, ...args] of calls) {
          expected.push(await outcome(called(twin, method, ...args)));
          states.push(await called(twin, 'all', {}));
        }
        const writes: Promise<unknown>[] = [];
        const reads: Promise<Row[]>[] = [];
        for (const [method, ...args] of calls) {
          writes.push(outcome(called(cut, method, ...args)));
          reads.push(called(cut, 'all', {}));
        }
        assert.deepEqual(await Promise.all(writes), expected);
        assert.deepEqual(await called(cut, 'all', {}), states.at(-1));
        for (const [i, seen] of (await Promise.all(reads)).entries()) {
          const possible = states.slice(0, i + 2);
          assert.ok(possible.some(state => isSame(state, seen)));
        }
        assert.deepEqual(cut.database.verify(), []);
      },
    );
    await tryOftenAsync(property, 60);
  });
});

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function outcome(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: {code: string}) => error.code);
}
