import assert from 'node:assert/strict';
import type {Database} from '../../lib/database/database';
import {
  type IsolationLevel,
  isolationLevels,
} from '../../lib/transaction/isolation';
import {
  autocommit,
  begin,
  committedRows,
  databaseWith,
  leftovers,
  nothingLeft,
  type Session,
} from '../support/transaction/session';

const snapshotLevels: readonly IsolationLevel[] = [
  'REPEATABLE READ',
  'SERIALIZABLE',
];

for (const level of isolationLevels) {
  const hasSnapshot = snapshotLevels.includes(level);

  describe(`a ${level} transaction`, () => {
    let database: Database;
    let session: Session;
    let others: Session;

    beforeEach(() => {
      database = databaseWith([{id: 1, name: 'old', code: 10}]);
      session = begin(database, level);
      others = autocommit(database);
    });

    async function names(): Promise<unknown[]> {
      return (await session.find()).map(({name}) => name);
    }

    const seen = hasSnapshot ? 'does not see' : 'sees';
    it(`${seen} what others commit after its first statement`, async () => {
      await session.find({id: 1});
      await others.update({id: 1}, {name: 'new'});
      await others.insert({id: 2, name: 'more', code: 20});
      const now = ['new', 'more'];
      assert.deepEqual(await names(), hasSnapshot ? ['old'] : now);
      const found = await session.find({code: 20});
      assert.equal(found.length, hasSnapshot ? 0 : 1, 'by index');
    });

    it(`${seen} it beside its own changes`, async () => {
      await session.insert({id: 3, name: 'own'});
      await others.update({id: 1}, {name: 'new'});
      assert.deepEqual(await names(), [hasSnapshot ? 'old' : 'new', 'own']);
      await session.commit();
      assert.deepEqual(
        committedRows(database).map(({name}) => name),
        ['new', 'own'],
      );
    });

    it('sees what others commit between its begin and its first statement', async () => {
      await others.update({id: 1}, {name: 'new'});
      assert.deepEqual(await names(), ['new']);
    });

    it('does not see what others have not committed', async () => {
      const other = begin(database, level);
      await other.update({id: 1}, {name: 'new'});
      await other.insert({id: 2, name: 'more'});
      assert.deepEqual(await names(), ['old']);
      other.rollback();
      assert.deepEqual(await names(), ['old']);
    });

    it('sees its own changes, which nobody else does', async () => {
      await session.insert({id: 2, name: 'own', code: 20});
      await session.update({id: 1}, {name: 'mine'});
      assert.deepEqual(await names(), ['mine', 'own']);
      assert.equal((await session.find({code: 20})).length, 1, 'by index');
      await session.delete({name: 'mine'});
      assert.deepEqual(await names(), ['own']);
      assert.deepEqual(await others.find(), [{id: 1, name: 'old', code: 10}]);
    });

    it('finds no row that was inserted and deleted again', async () => {
      await session.insert({id: 2});
      await session.delete({id: 2});
      assert.deepEqual(await names(), ['old']);
      await session.commit();
      assert.equal(committedRows(database).length, 1);
    });

    it('may insert a row under the id of one that it has deleted', async () => {
      await session.delete({id: 1});
      await session.insert({id: 1, name: 'again', code: 10});
      assert.deepEqual(await names(), ['again']);
      await session.commit();
      assert.deepEqual(committedRows(database), [
        {id: 1, name: 'again', code: 10},
      ]);
      assert.deepEqual(database.verify(), []);
    });

    it('keeps its changes when others commit before it', async () => {
      await session.insert({id: 2, name: 'own'});
      await others.insert({id: 3, name: 'other'});
      const beside = begin(database);
      await beside.insert({id: 4, name: 'beside'});
      await beside.commit();
      await session.commit();
      assert.deepEqual(
        committedRows(database).map(({name}) => name),
        ['old', 'own', 'other', 'beside'],
      );
      assert.deepEqual(database.verify(), []);
    });

    it('leaves nothing behind when it is rolled back', async () => {
      const before = database.head;
      await session.insert({id: 2, name: 'own'});
      await session.delete({id: 1});
      session.rollback();
      assert.equal(database.head, before);
      assert.deepEqual(leftovers(database), nothingLeft);
    });

    const verdict = hasSnapshot
      ? 'cannot change a row that another has changed since, and is aborted'
      : 'changes a row as it is when another has changed it';
    it(verdict, async () => {
      await session.find();
      await others.update({id: 1}, {code: 11});
      const change = session.update({id: 1}, {name: 'mine'});
      if (!hasSnapshot) {
        assert.equal(await change, 1);
        await session.commit();
        assert.deepEqual(committedRows(database), [
          {id: 1, name: 'mine', code: 11},
        ]);
        return;
      }
      await assert.rejects(change, {
        code: 'SERIALIZATION_FAILURE',
        sqlState: '40001',
        message:
          'The transaction could not see what others have committed: the ' +
          'City with id 1 was changed after it began. Run it again.',
      });
      await assert.rejects(session.find(), {code: 'TRANSACTION_ABORTED'});
      assert.deepEqual(leftovers(database), nothingLeft);
      session.rollback();
      await assert.rejects(session.find(), {code: 'TRANSACTION_ENDED'});
    });
  });
}

describe('a transaction with a snapshot', () => {
  for (const level of snapshotLevels) {
    const isSerializable = level === 'SERIALIZABLE';

    it(`of level ${level} keeps its snapshot while rows are changed in place`, async () => {
      const database = databaseWith([{id: 1, name: '0'}]);
      const session = begin(database, level);
      assert.equal((await session.find())[0]!['name'], '0');
      for (const name of ['1', '2', '3']) {
        await autocommit(database).update({id: 1}, {name});
      }
      assert.equal((await session.find())[0]!['name'], '0');
      assert.equal(committedRows(database)[0]!['name'], '3');
    });

    it(`of level ${level} cannot take a key that was committed after its snapshot`, async () => {
      const database = databaseWith([]);
      const session = begin(database, level);
      await session.find();
      await autocommit(database).insert({id: 1, code: 10});
      await assert.rejects(session.insert({id: 2, code: 10}), {
        code: isSerializable ? 'SERIALIZATION_FAILURE' : 'DUPLICATE_KEY',
      });
      if (isSerializable) return;
      await session.insert({id: 2, code: 11});
      await session.commit();
      assert.equal(committedRows(database).length, 2);
    });

    it(`of level ${level} cannot take a key that its snapshot has, though it is free by now`, async () => {
      const database = databaseWith([{id: 1, code: 10}]);
      const session = begin(database, level);
      await session.find();
      await autocommit(database).delete({id: 1});
      await assert.rejects(session.insert({id: 2, code: 10}), {
        code: 'SERIALIZATION_FAILURE',
        message: /its snapshot has a row that is gone since/,
      });
      assert.deepEqual(leftovers(database), nothingLeft);
    });
  }

  it('of level SERIALIZABLE fails to commit as the second of two that each read what the other writes', async () => {
    const database = databaseWith([{id: 1}, {id: 2}]);
    const [one, two] = [1, 2].map(() => begin(database, 'SERIALIZABLE'));
    await one!.find({id: 1});
    await two!.find({id: 2});
    await one!.update({id: 2}, {name: 'one'});
    await two!.update({id: 1}, {name: 'two'});
    await one!.commit();
    await assert.rejects(two!.commit(), {code: 'SERIALIZATION_FAILURE'});
    assert.deepEqual(committedRows(database), [{id: 1}, {id: 2, name: 'one'}]);
    assert.deepEqual(leftovers(database), nothingLeft);
  });
});
