import assert from 'node:assert/strict';
import {rmSync} from 'node:fs';
import {
  makeApplicationOfTwoCopies,
  runScript,
} from '../support/package/two-copies';

const start = `
  const connector = require('loopback-connector-inmemory');
  const {inTransaction} = connector;
  const {createRequire} = require('node:module');
  const copies = ['loopback-connector-inmemory', 'loopback-datasource-juggler']
    .map(name => createRequire(require.resolve(name))('loopback-connector'));
  if (copies[0] === copies[1]) throw new Error('there is one copy');
  process.on('uncaughtException', error => console.log('uncaught', error));
  const ended = transaction => new Promise(resolve => {
    transaction.observe('after rollback', async () => setImmediate(resolve));
  });`;

const jugglerStart = `${start}
  const {DataSource} = require('loopback-datasource-juggler');
  const dataSource = new DataSource({connector});
  const M = dataSource.define('M', {n: Number});
  const begin = options => M.beginTransaction(options ?? {});
  const create = (n, transaction) => M.create({n}, {transaction});
  const count = () => M.count();`;

const repositoryStart = `${start}
  const {DefaultTransactionalRepository, Entity, ModelDefinition, juggler} =
    require('@loopback/repository');
  class M extends Entity {}
  M.definition = new ModelDefinition('M')
    .addProperty('id', {type: 'number', id: true, generated: true})
    .addProperty('n', {type: 'number'});
  const dataSource = new juggler.DataSource({name: 'db', connector});
  const rows = new DefaultTransactionalRepository(M, dataSource);
  const begin = options => rows.beginTransaction(options ?? {});
  const create = (n, transaction) => rows.create({n}, {transaction});
  const count = async () => (await rows.count()).count;`;

/** Each script with what it prints. */
const cases: Readonly<Record<string, readonly [string, string]>> = {
  'commits, and is not active then': [
    `const transaction = await begin();
     await create(1, transaction);
     const before = transaction.isActive();
     await transaction.commit();
     console.log(before, transaction.isActive(), await count());`,
    'true false 1',
  ],
  'rolls back, and is not active then': [
    `const transaction = await begin();
     await create(1, transaction);
     await transaction.rollback();
     console.log(transaction.isActive(), await count());`,
    'false 0',
  ],
  'calls its observers': [
    `const transaction = await begin();
     for (const when of ['before commit', 'after commit']) {
       transaction.observe(when, async () => console.log(when));
     }
     await transaction.commit();`,
    'before commit\nafter commit',
  ],
  'is rolled back by its timeout': [
    `const transaction = await begin({timeout: 20});
     transaction.observe('timeout', async () => console.log('timeout'));
     const over = ended(transaction);
     await create(1, transaction);
     await over;
     console.log(transaction.isActive(), await count());`,
    'timeout\nfalse 0',
  ],
  'refuses statements and commits after its end': [
    `const transaction = await begin();
     await transaction.commit();
     await create(1, transaction).catch(error => console.log(error.code));
     await transaction.commit().catch(error => console.log(error.code));
     console.log(await count());`,
    'TRANSACTION_ENDED\nTRANSACTION_ENDED\n0',
  ],
  "is an instance of the juggler's class": [
    `console.log((await begin()) instanceof copies[1].Transaction);`,
    'true',
  ],
  'does the work of inTransaction': [
    `const done = await inTransaction(dataSource, async transaction => {
       await create(1, transaction);
       return count();
     });
     console.log(done, await count());
     await inTransaction(dataSource, transaction => {
       const over = ended(transaction);
       return over.then(() => create(2, transaction));
     }, {timeout: 20}).catch(error => console.log(error.code));
     console.log(await count());`,
    '0 1\nTRANSACTION_ENDED\n1',
  ],
};

describe('a transaction, with two copies of loopback-connector installed,', () => {
  let folder: string;
  before(() => {
    folder = makeApplicationOfTwoCopies();
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  for (const [title, [script, printed]] of Object.entries(cases)) {
    for (const [layer, prelude] of [
      ['the juggler', jugglerStart],
      ['a repository', repositoryStart],
    ]) {
      it(`${title} (${layer})`, () => {
        const main = `(async () => {${script}})()`;
        assert.equal(runScript(folder, `${prelude}\n${main}`), `${printed}\n`);
      });
    }
  }

  it('ends dataSource.transaction by its timeout', () => {
    const output = runScript(
      folder,
      `${jugglerStart}
       dataSource.transaction(async models => {
         await models.M.create({n: 1});
         await new Promise(resolve => setTimeout(resolve, 60_000).unref());
       }, {timeout: 20}).catch(async error => {
         console.log(error.code, await count());
       });`,
    );
    assert.equal(output, 'TRANSACTION_TIMEOUT 0\n');
  });
});
