import assert from 'node:assert/strict';
import type {Failure, StatementCall} from '../../lib/connector/statement-hooks';
import {defineModel} from '../support/connector/data-source';

const city = {id: {type: Number, id: true, generated: true}, name: String};

describe('Hooks of statements', () => {
  it('are told of each statement, and of its answer before the caller', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const told: unknown[] = [];
    connector.hooks.addObserver(({given, method, model}) => {
      told.push([method, model, given]);
      return (error, result) => void told.push([method, error, result]);
    });
    await City.create({name: 'Bern'});
    told.push('created');
    await City.count({name: 'Bern'});
    assert.deepEqual(told, [
      ['create', 'City', [{id: 1, name: 'Bern'}]],
      ['create', null, [{id: 1, name: 'Bern'}]],
      'created',
      ['count', 'City', [{name: 'Bern'}]],
      ['count', null, 1],
    ]);
  });

  it('are told of errors', async () => {
    const {connector, dataSource} = defineModel('City', city);
    const Code = dataSource.define('Code', {code: {type: Number, id: true}});
    await Code.create({code: 1});
    const codes: unknown[] = [];
    connector.hooks.addObserver(
      () => error => void codes.push((error as {code?: string} | null)?.code),
    );
    await assert.rejects(Code.create({code: 1}), {code: 'DUPLICATE_KEY'});
    await Code.count();
    assert.deepEqual(codes, ['DUPLICATE_KEY', undefined]);
  });

  it('are told of transactions', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const methods: string[] = [];
    connector.hooks.addObserver(({method}) => {
      methods.push(method);
      return undefined;
    });
    const transaction = await City.beginTransaction({});
    await City.create({name: 'Bern'}, {transaction});
    await transaction.commit();
    await (await City.beginTransaction({})).rollback();
    assert.deepEqual(methods, [
      'beginTransaction',
      'create',
      'commit',
      'beginTransaction',
      'rollback',
    ]);
  });

  it('are told nothing any more once they are removed', async () => {
    const {Model: City, connector} = defineModel('City', city);
    let count = 0;
    const remove = connector.hooks.addObserver(() => {
      count++;
      return undefined;
    });
    await City.count();
    remove();
    await City.count();
    assert.equal(count, 1);
    assert.equal(connector.hooks.areNone, true);
  });

  it('hold a statement back until they let it pass', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const calls: StatementCall[] = [];
    let pass: () => void = () => undefined;
    connector.hooks.addGate(call => {
      calls.push(call);
      return new Promise(resolve => {
        pass = () => resolve(undefined);
      });
    });
    const created = City.create({name: 'Bern'});
    await new Promise(setImmediate);
    assert.equal(connector.statistics().tables[0]?.rows, 0);
    pass();
    await created;
    assert.equal(connector.statistics().tables[0]?.rows, 1);
    assert.equal(calls.length, 1);
  });

  /** Lets statements with some methods fail. */
  function failing(connector: any, method: string, failure: Failure): void {
    connector.hooks.addGate((call: StatementCall) =>
      call.method === method ? failure : undefined,
    );
  }

  it('have a statement fail that could run, and it has done nothing', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const error = new Error('no');
    failing(connector, 'create', {error});
    await assert.rejects(City.create({name: 'Bern'}), error);
    assert.equal(await City.count(), 0);
  });

  it('end the transaction with the connection that is lost', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const error = new Error('read ECONNRESET');
    failing(connector, 'all', {error, endsConnection: true});
    const transaction = await City.beginTransaction({});
    await City.create({name: 'Bern'}, {transaction});
    await assert.rejects(City.find({}, {transaction}), error);
    await assert.rejects(City.count({}, {transaction}), {
      code: 'TRANSACTION_ENDED',
      message: /its connection was lost/,
    });
    await transaction.rollback();
    assert.equal(await City.count(), 0);
  });

  it('have a commit fail, and the transaction is rolled back', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const error = new Error('no');
    failing(connector, 'commit', {error});
    const transaction = await City.beginTransaction({});
    await City.create({name: 'Bern'}, {transaction});
    await assert.rejects(transaction.commit(), error);
    assert.equal(await City.count(), 0);
    assert.deepEqual(connector.statistics().openTransactions, []);
  });

  it('have a transaction not begin', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const error = new Error('no');
    failing(connector, 'beginTransaction', {error});
    await assert.rejects(City.beginTransaction({}), error);
    assert.deepEqual(connector.statistics().openTransactions, []);
  });
});
