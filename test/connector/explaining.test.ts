import assert from 'node:assert/strict';
import {defineModel} from '../support/connector/data-source';

const city = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, index: true},
};

describe('explain in a transaction', () => {
  for (const level of [
    'READ UNCOMMITTED',
    'READ COMMITTED',
    'REPEATABLE READ',
    'SERIALIZABLE',
  ]) {
    it(`sees at ${level} what it has written itself`, async () => {
      const {Model: City, connector} = defineModel('City', city);
      await City.create({name: 'Bern'});
      const transaction = await City.beginTransaction(level);
      await City.create({name: 'Basel'}, {transaction});
      await City.deleteAll({name: 'Bern'}, {transaction});
      const returned = (options?: object) =>
        ['Bern', 'Basel'].map(
          name =>
            connector.explain('City', {where: {name}}, options).rowsReturned,
        );
      assert.deepEqual(returned({transaction}), [0, 1]);
      assert.deepEqual(returned(), [1, 0]);
      await transaction.rollback();
    });
  }

  it('does not begin its snapshot', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const transaction = await City.beginTransaction('REPEATABLE READ');
    connector.explain('City', {}, {transaction});
    await City.create({name: 'Bern'});
    assert.equal(await City.count({}, {transaction}), 1);
    await City.create({name: 'Basel'});
    const plan = connector.explain('City', {}, {transaction});
    assert.equal(plan.rowsReturned, 1);
    await transaction.rollback();
  });

  it('is answered while a statement of it waits', async () => {
    const {Model: City, connector} = defineModel('City', city);
    await City.create({name: 'Bern'});
    const other = await City.beginTransaction('READ COMMITTED');
    await City.updateAll({id: 1}, {name: 'a'}, {transaction: other});
    const transaction = await City.beginTransaction('READ COMMITTED');
    const waiting = City.updateAll({id: 1}, {name: 'b'}, {transaction});
    const where = {name: 'Bern'};
    const plan = connector.explain('City', {where}, {transaction});
    assert.equal(plan.rowsReturned, 1);
    await other.commit();
    await waiting;
    await transaction.commit();
  });

  it('knows tables that were declared after its snapshot', async () => {
    const {Model: City, connector, dataSource} = defineModel('City', city);
    const transaction = await City.beginTransaction('REPEATABLE READ');
    await City.find({}, {transaction});
    dataSource.define('Country', {id: {type: Number, id: true}});
    const plan = connector.explain('Country', {}, {transaction});
    assert.equal(plan.rowsReturned, 0);
    await transaction.rollback();
  });

  it('fails once it has ended', async () => {
    const {Model: City, connector} = defineModel('City', city);
    const transaction = await City.beginTransaction('READ COMMITTED');
    await transaction.commit();
    assert.throws(() => connector.explain('City', {}, {transaction}), {
      code: 'TRANSACTION_ENDED',
    });
  });
});
