import assert from 'node:assert/strict';
import type {Database} from '../../lib/database/database';
import {
  autocommit,
  begin,
  committedRows,
  databaseWith,
  leftovers,
  nothingLeft,
  outcomeOf,
  type Session,
  waits,
} from '../support/transaction/session';

for (const level of ['READ COMMITTED', 'SERIALIZABLE'] as const) {
  describe(`a savepoint of a ${level} transaction`, () => {
    let database: Database;
    let session: Session;

    beforeEach(() => {
      database = databaseWith([{id: 1, name: 'old', code: 10}]);
      session = begin(database, level);
    });

    /** Commits, and tells the names that are stored then. */
    async function namesAfterCommit(): Promise<unknown[]> {
      await session.commit();
      assert.deepEqual(leftovers(database), nothingLeft);
      assert.deepEqual(database.verify(), []);
      return committedRows(database).map(({name}) => name);
    }

    async function names(): Promise<unknown[]> {
      return (await session.find()).map(({name}) => name);
    }

    it('is the place that a rollback to it leads back to', async () => {
      await session.update({id: 1}, {name: 'before'});
      await session.savepoint('a');
      await session.update({id: 1}, {name: 'after'});
      await session.insert({id: 2, name: 'more'});
      assert.deepEqual(await names(), ['after', 'more']);
      await session.rollbackTo('a');
      assert.deepEqual(await names(), ['before']);
      assert.deepEqual(await namesAfterCommit(), ['before']);
    });

    it('at the very beginning leads back to nothing written', async () => {
      await session.savepoint('a');
      await session.delete({});
      assert.deepEqual(await names(), []);
      await session.rollbackTo('a');
      assert.deepEqual(await names(), ['old']);
      assert.deepEqual(await namesAfterCommit(), ['old']);
    });

    it('stays after a rollback to it', async () => {
      await session.savepoint('a');
      for (const name of ['once', 'twice']) {
        await session.update({id: 1}, {name});
        await session.rollbackTo('a');
      }
      assert.deepEqual(await namesAfterCommit(), ['old']);
    });

    it('leaves alone what is written after a rollback to it', async () => {
      await session.savepoint('a');
      await session.update({id: 1}, {name: 'undone'});
      await session.rollbackTo('a');
      await session.update({id: 1}, {name: 'done'});
      assert.deepEqual(await namesAfterCommit(), ['done']);
    });

    it('within another one is dropped by a rollback to that', async () => {
      await session.savepoint('outer');
      await session.update({id: 1}, {name: 'a'});
      await session.savepoint('inner');
      await session.update({id: 1}, {name: 'b'});
      await session.rollbackTo('outer');
      await assert.rejects(session.rollbackTo('inner'), {
        code: 'INVALID_SAVEPOINT',
      });
      assert.deepEqual(await namesAfterCommit(), ['old']);
    });

    it('within another one leads back less far', async () => {
      await session.savepoint('outer');
      await session.update({id: 1}, {name: 'a'});
      await session.savepoint('inner');
      await session.update({id: 1}, {name: 'b'});
      await session.rollbackTo('inner');
      assert.deepEqual(await names(), ['a']);
      await session.rollbackTo('outer');
      assert.deepEqual(await namesAfterCommit(), ['old']);
    });

    it('hides another one of its name until it is released', async () => {
      await session.savepoint('a');
      await session.update({id: 1}, {name: 'first'});
      await session.savepoint('a');
      await session.update({id: 1}, {name: 'second'});
      await session.rollbackTo('a');
      assert.deepEqual(await names(), ['first']);
      await session.release('a');
      await session.rollbackTo('a');
      assert.deepEqual(await namesAfterCommit(), ['old']);
    });

    it('that is released leaves the changes, and takes later ones along', async () => {
      await session.savepoint('a');
      await session.update({id: 1}, {name: 'kept'});
      await session.savepoint('b');
      await session.release('a');
      for (const name of ['a', 'b']) {
        await assert.rejects(session.rollbackTo(name), {
          code: 'INVALID_SAVEPOINT',
        });
      }
      assert.deepEqual(await namesAfterCommit(), ['kept']);
    });

    it('leaves nothing when the transaction is rolled back', async () => {
      await session.savepoint('a');
      await session.update({id: 1}, {name: 'undone'});
      session.rollback();
      assert.deepEqual(committedRows(database)[0]!['name'], 'old');
      assert.deepEqual(leftovers(database), nothingLeft);
    });

    it('gives back the locks of later rows and keys, and only these', async () => {
      await session.update({id: 1}, {name: 'before'});
      await session.savepoint('a');
      await session.insert({id: 2, code: 20});
      const [sameRow, sameKey] = [autocommit(database), autocommit(database)];
      const first = sameRow.update({id: 1}, {name: 'other'});
      const second = sameKey.insert({id: 3, code: 20});
      assert.deepEqual(await outcomeOf(second), waits);
      await session.rollbackTo('a');
      assert.deepEqual(await outcomeOf(second), [3]);
      assert.deepEqual(await outcomeOf(first), waits);
      await session.commit();
      assert.equal(await first, 1);
      assert.deepEqual(committedRows(database), [
        {id: 1, name: 'other', code: 10},
        {id: 3, code: 20},
      ]);
      assert.deepEqual(leftovers(database), nothingLeft);
    });

    it('keeps a row locked that was written before and after it', async () => {
      await session.update({id: 1}, {name: 'before'});
      await session.savepoint('a');
      await session.delete({id: 1});
      const other = autocommit(database).update({id: 1}, {name: 'other'});
      await session.rollbackTo('a');
      assert.equal(await outcomeOf(other), waits);
      await session.commit();
      assert.equal(await other, 1);
      assert.deepEqual(committedRows(database)[0]!['name'], 'other');
    });

    it('waits its turn behind a statement that waits', async () => {
      const holder = begin(database);
      await holder.insert({id: 9, code: 90});
      const waiting = session.insert({id: 2, code: 90});
      const savepoint = session.savepoint('a');
      const undone = session.insert({id: 3});
      const back = session.rollbackTo('a');
      assert.equal(await outcomeOf(savepoint), waits);
      holder.rollback();
      await Promise.all([waiting, savepoint, undone, back]);
      await session.commit();
      assert.deepEqual(
        committedRows(database).map(({id}) => id),
        [1, 2],
      );
    });
  });
}

describe('a savepoint that is not there', () => {
  const names: readonly [title: string, names: string[], hint: string][] = [
    ['where there is none at all', [], '.'],
    ['where there are others', ['a', 'b'], '; it has a, b.'],
  ];
  for (const [title, known, hint] of names) {
    for (const step of ['rollbackTo', 'release'] as const) {
      it(`makes ${step} fail and name what there is, ${title}`, async () => {
        const session = begin(databaseWith([]));
        for (const name of known) await session.savepoint(name);
        await assert.rejects(session[step]('missing'), {
          code: 'INVALID_SAVEPOINT',
          sqlState: '3B001',
          message: `There is no savepoint missing in this transaction${hint}`,
          details: {value: 'missing'},
        });
        await session.insert({id: 1});
        await session.commit();
        assert.equal(committedRows(session.database).length, 1);
      });
    }
  }

  it('is one of a transaction that has ended', async () => {
    const session = begin(databaseWith([]));
    await session.savepoint('a');
    await session.commit();
    for (const step of ['savepoint', 'rollbackTo', 'release'] as const) {
      await assert.rejects(
        session[step]('a'),
        {code: 'TRANSACTION_ENDED'},
        step,
      );
    }
  });
});
