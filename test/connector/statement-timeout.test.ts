import assert from 'node:assert/strict';
import type {InMemoryConnector} from '../../index';
import {
  call,
  defineModel,
  makeDataSource,
} from '../support/connector/data-source';

/** Far more than a statement does in a millisecond. */
const many = 60_000;

const patterns = Array.from({length: 300}, (_, i) => `%_${i}_%x_y%`);
const places = Array.from({length: 250}, (_, i) => ({lat: i % 80, lng: i}));
const places180 = places.filter(({lng}) => lng <= 180);

const newRows = (): object[] =>
  Array.from({length: many}, (_, i) => ({id: many + 1 + i, code: many + i}));

type Run = (method: string, ...args: object[]) => Promise<unknown>;

/** Statements that take long, each by other work. */
const statements: Readonly<Record<string, (run: Run) => Promise<unknown>>> = {
  'a scan': run => run('all', {where: {name: {regexp: 'a.*c'}}}),
  'a test of rows each of which takes long': run =>
    run('all', {
      where: {id: {lt: 200}, or: patterns.map(like => ({text: {like}}))},
    }),
  'many places': run =>
    run('all', {where: {or: places180.map(near => ({at: {near}}))}}),
  'a sort': run => run('all', {order: ['name DESC', 'text DESC']}),
  'an index': run => run('all', {where: {group: {gte: 0}, text: 'x'}}),
  'a search around a point': run =>
    run('all', {where: {geo: {near: {lat: 1, lng: 1}}}}),
  count: run => run('count', {name: {like: '%c%'}}),
  createAll: run => run('createAll', newRows()),
  updateAll: run => run('update', {}, {name: 'c'}),
  destroyAll: run => run('destroyAll', {id: {gt: 5}}),
  'a cascade': run => run('destroyAll', {id: 1}),
};

const properties = {
  id: {type: Number, id: true},
  code: {type: Number, index: {unique: true}},
  group: {type: Number, index: true},
  name: String,
  text: String,
  at: Object,
  geo: {type: 'GeoPoint', index: true},
  parentId: {type: Number, index: true},
};

const foreignKeys = {
  own: {
    entity: 'M',
    entityKey: 'id',
    foreignKey: 'parentId',
    onDelete: 'CASCADE',
  },
};

const rows = Array.from({length: many}, (_, i) => ({
  id: i + 1,
  code: i,
  group: i % 5,
  name: `a${i % 1000}b`,
  text: `${'some text '.repeat(30)}${i}`,
  at: {lat: i % 80, lng: i % 170},
  geo: {lat: i % 80, lng: i % 170},
  ...(i === 0 ? {} : {parentId: 1}),
}));

/** Calls a method of a model's connector with options. */
function runner(connector: InMemoryConnector, options: object): Run {
  return (method, ...args) =>
    new Promise((resolve, reject) => {
      const callback = (error: Error | null, result: unknown): void =>
        error ? reject(error) : resolve(result);
      (connector as any)[method]('M', ...args, options, callback);
    });
}

const timedOut = {
  code: 'STATEMENT_TIMEOUT',
  statusCode: 503,
  sqlState: '57014',
  message: /after 1 ms \(statementTimeoutMs\) and has changed nothing/,
};

const yields: Readonly<Record<string, object>> = {
  'in one go': {},
  'cut into slices': {yieldMs: 1},
};

for (const [how, settings] of Object.entries(yields)) {
  describe(`the setting statementTimeoutMs, ${how},`, () => {
    const dataSource = makeDataSource({...settings, statementTimeoutMs: 1});
    dataSource.define('M', properties, {foreignKeys});
    const {connector} = dataSource;
    const run = runner(connector, {});
    const withoutLimit = runner(connector, {statementTimeoutMs: 0});
    let transaction: any;

    before(() => withoutLimit('createAll', rows));

    for (const [title, statement] of Object.entries(statements)) {
      it(`ends ${title}, which changes nothing`, async () => {
        const {head} = connector.database;
        await assert.rejects(statement(run), timedOut);
        assert.equal(connector.database.head.tables, head.tables);
      });
    }

    for (const level of ['READ COMMITTED', 'SERIALIZABLE']) {
      it(`leaves a transaction of ${level} as it was`, async () => {
        [transaction] = await new Promise<unknown[]>((resolve, reject) => {
          connector.beginTransaction(level, (error, begun) =>
            error ? reject(error) : resolve([begun]),
          );
        });
        const inside = runner(connector, {transaction});
        const endless = {transaction, statementTimeoutMs: 0};
        await runner(connector, endless)('update', {id: 2}, {name: 'x'});
        for (const statement of Object.values(statements)) {
          await assert.rejects(statement(inside), timedOut);
        }
        const count = runner(connector, endless);
        assert.equal(await count('count', {}), many);
        assert.equal(await count('count', {name: 'x'}), 1);
        await new Promise(resolve =>
          connector.rollback(transaction.connection ?? transaction, resolve),
        );
        assert.equal(await withoutLimit('count', {name: 'x'}), 0);
      });
    }

    it('lets statements be that take less than the limit', async () => {
      const inTime = runner(connector, {statementTimeoutMs: 600_000});
      await inTime('update', {id: 3}, {code: 2});
      assert.equal(await inTime('count', {name: {like: '%_a%'}}), 0);
    });
  });
}

describe('statementTimeoutMs', () => {
  const {connector} = defineModel('M', properties);

  before(() => runner(connector, {})('createAll', rows.slice(0, 5_000)));

  it('may be an option of a statement', async () => {
    const filter = {order: ['text DESC', 'name']};
    await runner(connector, {})('all', filter);
    const run = runner(connector, {statementTimeoutMs: 1});
    await assert.rejects(run('all', filter), timedOut);
  });

  for (const statementTimeoutMs of [-1, 1.5, '5', 2 ** 31, Number.NaN]) {
    const shown = String(statementTimeoutMs);

    it(`is refused as a setting when it is ${shown}`, () => {
      assert.throws(() => makeDataSource({statementTimeoutMs}), {
        code: 'INVALID_SETTING',
        message: /The setting statementTimeoutMs cannot be .*milliseconds/,
      });
    });

    it(`is refused as an option when it is ${shown}`, async () => {
      const run = runner(connector, {statementTimeoutMs});
      await assert.rejects(run('all', {}), {
        code: 'INVALID_VALUE',
        message: /options\.statementTimeoutMs cannot be .*milliseconds/,
      });
    });
  }

  it('counts the time that a statement waits for a lock', async () => {
    const [holder] = await new Promise<any[]>(resolve => {
      connector.beginTransaction('READ COMMITTED', (_, begun) =>
        resolve([begun]),
      );
    });
    await runner(connector, {transaction: holder})(
      'update',
      {id: 1},
      {group: 9},
    );
    const run = runner(connector, {statementTimeoutMs: 20});
    await assert.rejects(run('update', {id: 1}, {group: 8}), {
      code: 'STATEMENT_TIMEOUT',
    });
    await new Promise(resolve => connector.rollback(holder, resolve));
    const {openTransactions} = connector.statistics();
    assert.deepEqual(openTransactions, []);
    await runner(connector, {})('update', {id: 1}, {group: 8});
    const [[row]] = await call(connector, 'all', 'M', {where: {id: 1}});
    assert.equal(row.group, 8);
  });
});
