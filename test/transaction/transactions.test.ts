import assert from 'node:assert/strict';
import type {InMemoryError} from '../../lib/base/errors';
import type {Database} from '../../lib/database/database';
import {countRows, insert, select} from '../../lib/database/statements';
import type {ForeignKey} from '../../lib/schema/schema';
import {defaultDialect} from '../../lib/value/dialect';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  autocommit,
  begin,
  briefly,
  cities,
  committedRows,
  databaseWith,
  leftovers,
  nothingLeft,
  outcomeOf,
  type Session,
  waits,
} from '../support/transaction/session';

function idsIn(database: Database): unknown[] {
  return committedRows(database).map(({id}) => id);
}

describe('a statement of a transaction that fails', () => {
  it('leaves nothing, and what was written before it stays', async () => {
    const database = databaseWith([{id: 1, code: 10}]);
    const session = begin(database);
    await session.insert({id: 2, code: 20});
    await assert.rejects(session.insert({id: 3, code: 30}, {id: 4, code: 10}), {
      code: 'DUPLICATE_KEY',
    });
    assert.equal((await session.find({id: 3})).length, 0);
    await session.insert({id: 5, code: 50});
    await session.commit();
    assert.deepEqual(idsIn(database), [1, 2, 5]);
    assert.deepEqual(database.verify(), []);
  });

  it('gives back the rows and keys that it had locked', async () => {
    const database = databaseWith([{id: 1, code: 10}]);
    const session = begin(database);
    await assert.rejects(session.insert({id: 3, code: 30}, {id: 1}));
    const other = autocommit(database).insert({id: 3, code: 30});
    assert.deepEqual(await outcomeOf(other), [3]);
    session.rollback();
  });

  it('does not give back the ids that were generated for it', async () => {
    const database = databaseWith([{id: 1, code: 10}]);
    const session = begin(database);
    assert.deepEqual(await session.insert({code: 20}), [2]);
    await assert.rejects(session.insert({code: 10}));
    assert.deepEqual(await session.insert({code: 30}), [4]);
    assert.deepEqual(await autocommit(database).insert({code: 40}), [5]);
    session.rollback();
    assert.deepEqual(await autocommit(database).insert({code: 20}), [6]);
  });

  it('never gets an id that another transaction has been given', async () => {
    const database = databaseWith([]);
    const sessions = [1, 2, 3].map(() => begin(database));
    const ids = await Promise.all(sessions.map(each => each.insert({}, {})));
    assert.equal(new Set(ids.flat()).size, 6);
    for (const session of sessions) await session.commit();
    assert.deepEqual(idsIn(database), [1, 2, 3, 4, 5, 6]);
  });
});

describe('in a dialect where an error makes the transaction fail', () => {
  const dialect = {...defaultDialect, errorFailsTransaction: () => true};
  const failed = {code: 'TRANSACTION_ABORTED', sqlState: '25P02'};
  let database: Database;
  let session: Session;

  beforeEach(async () => {
    database = databaseWith([{id: 1, code: 10}], {dialect});
    session = begin(database);
    await session.insert({id: 2});
    await session.savepoint('a');
    await session.insert({id: 3});
    await assert.rejects(session.insert({id: 1}), {code: 'DUPLICATE_KEY'});
  });

  afterEach(() => {
    assert.deepEqual(leftovers(database), nothingLeft);
    assert.deepEqual(database.verify(), []);
  });

  it('it takes no statement, and tells what it failed by', async () => {
    const statements: readonly [string, () => Promise<unknown>][] = [
      ['find', () => session.find()],
      ['insert', () => session.insert({id: 4})],
      ['update', () => session.update({}, {})],
      ['savepoint', () => session.savepoint('b')],
      ['release', () => session.release('a')],
    ];
    for (const [name, statement] of statements) {
      await assert.rejects(statement, failed, name);
    }
    await assert.rejects(session.find(), {
      message: /was aborted \(Duplicate entry for City.id/,
    });
    session.rollback();
    assert.deepEqual(idsIn(database), [1]);
  });

  it('it is rolled back by its commit, which fails', async () => {
    await assert.rejects(session.commit(), failed);
    assert.deepEqual(idsIn(database), [1]);
    await assert.rejects(session.find(), {code: 'TRANSACTION_ENDED'});
  });

  it('it goes on after a rollback to a savepoint', async () => {
    await session.rollbackTo('a');
    await session.insert({id: 4});
    await session.commit();
    assert.deepEqual(idsIn(database), [1, 2, 4]);
  });

  it('a rollback to a savepoint that is not there leaves it failed', async () => {
    await assert.rejects(session.rollbackTo('b'), {code: 'INVALID_SAVEPOINT'});
    await assert.rejects(session.find(), failed);
    session.rollback();
  });

  it('a statement that reads can make it fail, too', async () => {
    await session.rollbackTo('a');
    await assert.rejects(session.find({name: {nonsense: 1}}));
    await assert.rejects(session.find(), failed);
    session.rollback();
  });

  it('a statement outside of transactions that fails concerns only itself', async () => {
    const other = autocommit(database);
    await assert.rejects(other.insert({id: 1}), {code: 'DUPLICATE_KEY'});
    assert.deepEqual(await other.insert({id: 9}), [9]);
    session.rollback();
  });
});

describe('the statements of one transaction', () => {
  it('run in the order in which they were called, also while one waits', async () => {
    const database = databaseWith([{id: 1, code: 10}]);
    const [holder, session] = [begin(database), begin(database)];
    await holder.update({id: 1}, {name: 'x'});
    const results: unknown[] = [];
    const note = (result: unknown) => void results.push(result);
    const calls = [
      session.insert({id: 2}).then(note),
      session.update({}, {name: 'y'}).then(note),
      session.find({name: 'y'}).then(rows => note(rows.length)),
      session.insert({id: 1}).catch(({code}) => note(code)),
      session.delete({id: 2}).then(note),
      session.commit().then(() => note('committed')),
      session.find().catch(({code}) => note(code)),
    ];
    assert.equal(await outcomeOf(Promise.all(calls)), waits);
    assert.deepEqual(results, [[2]]);
    await holder.commit();
    await Promise.all(calls);
    assert.deepEqual(results, [
      [2],
      2,
      2,
      'DUPLICATE_KEY',
      1,
      'committed',
      'TRANSACTION_ENDED',
    ]);
    assert.deepEqual(committedRows(database), [{id: 1, code: 10, name: 'y'}]);
    assert.deepEqual(leftovers(database), nothingLeft);
  });

  it('that wait or are to come fail when it is rolled back', async () => {
    const database = databaseWith([{id: 1}]);
    const [holder, session] = [begin(database), begin(database)];
    await holder.update({id: 1}, {name: 'x'});
    const calls = [
      session.update({id: 1}, {name: 'y'}),
      session.insert({id: 2}),
      session.commit(),
    ].map(outcomeOf);
    session.rollback();
    assert.deepEqual(await Promise.all(calls), [
      'TRANSACTION_ENDED',
      'TRANSACTION_ENDED',
      'TRANSACTION_ENDED',
    ]);
    await holder.commit();
    assert.deepEqual(committedRows(database), [{id: 1, name: 'x'}]);
    assert.deepEqual(leftovers(database), nothingLeft);
  });

  it('that go on in the turn in which it is rolled back do nothing', async () => {
    const database = databaseWith([{id: 1}]);
    const [holder, session] = [begin(database), begin(database)];
    await holder.update({id: 1}, {name: 'x'});
    const waiting = outcomeOf(session.update({id: 1}, {name: 'y'}));
    holder.rollback();
    session.rollback();
    assert.equal(await waiting, 'TRANSACTION_ENDED');
    assert.deepEqual(committedRows(database), [{id: 1}]);
    assert.deepEqual(leftovers(database), nothingLeft);
  });
});

describe('a transaction that has ended', () => {
  for (const end of ['commit', 'rollback'] as const) {
    it(`by ${end} takes nothing more, and says so`, async () => {
      const session = begin(databaseWith([]));
      await session.insert({id: 1});
      await session[end]();
      const {id} = session.transaction;
      const ended = {
        code: 'TRANSACTION_ENDED',
        sqlState: '25000',
        message:
          `The transaction ${id} was ` +
          `${end === 'commit' ? 'committed' : 'rolled back'}; begin another one.`,
      };
      await assert.rejects(session.find(), ended);
      await assert.rejects(session.insert({id: 2}), ended);
      await assert.rejects(session.commit(), ended);
      assert.throws(() => session.rollback(), ended);
    });
  }
});

describe('automigrate, which empties a table,', () => {
  let database: Database;
  let holder: Session;

  beforeEach(async () => {
    database = databaseWith([{id: 1}]);
    holder = begin(database);
    await holder.update({id: 1}, {name: 'x'});
  });

  afterEach(() => {
    assert.deepEqual(leftovers(database), nothingLeft);
    assert.deepEqual(database.verify(), []);
  });

  for (const end of ['commit', 'rollback'] as const) {
    it(`waits for the ${end} of who has written to it`, async () => {
      const recreated = Promise.resolve(database.recreate(['City']));
      assert.equal(await outcomeOf(recreated), waits);
      await holder[end]();
      await recreated;
      assert.deepEqual(committedRows(database), []);
      assert.deepEqual(await autocommit(database).insert({}), [1]);
    });
  }

  it('comes before statements that have waited for less long', async () => {
    const next = begin(database);
    const recreated = database.recreate(['City']);
    const update = next.update({id: 1}, {name: 'y'});
    await holder.commit();
    assert.equal(await update, 0, 'the row is gone');
    await next.commit();
    await recreated;
    assert.deepEqual(committedRows(database), []);
  });

  it('waits for statements, too, that have waited for longer', async () => {
    const next = begin(database);
    const update = next.update({id: 1}, {name: 'y'});
    const recreated = Promise.resolve(database.recreate(['City']));
    await holder.commit();
    assert.equal(await update, 1);
    assert.equal(await outcomeOf(recreated), waits);
    await next.commit();
    await recreated;
    assert.deepEqual(committedRows(database), []);
  });

  it('gives up after its time, and the rows stay', async () => {
    const recreated = database.recreate(['City'], {lockTimeoutMs: briefly});
    await assert.rejects(Promise.resolve(recreated), {code: 'LOCK_TIMEOUT'});
    await holder.commit();
    assert.deepEqual(committedRows(database), [{id: 1, name: 'x'}]);
  });
});

describe('the list of open transactions', () => {
  it('has them oldest first, with what they have done', async () => {
    const database = databaseWith([{id: 1}]);
    const [one, two] = [begin(database), begin(database, 'SERIALIZABLE')];
    await one.insert({id: 2}, {id: 3});
    const waiting = two.insert({id: 2});
    const {openTransactions} = database.statistics();
    assert.deepEqual(
      openTransactions.map(each => ({...each, ageMs: 0})),
      [
        {
          id: 1,
          ageMs: 0,
          isolationLevel: 'READ COMMITTED',
          rowsWritten: 2,
          isWaiting: false,
        },
        {
          id: 2,
          ageMs: 0,
          isolationLevel: 'SERIALIZABLE',
          rowsWritten: 0,
          isWaiting: true,
        },
      ],
    );
    one.rollback();
    assert.deepEqual(await waiting, [2]);
    await two.commit();
    assert.deepEqual(database.statistics().openTransactions, []);
    assert.deepEqual(leftovers(database), nothingLeft);
  });
});

describe('a reader outside of transactions', () => {
  it('sees each transaction whole or not at all', async () => {
    const database = databaseWith([]);
    const session = begin(database);
    const counts: number[] = [];
    const count = (): void => {
      counts.push(database.view(view => select(view, 'City', null)).length);
    };
    for (const id of [1, 2]) {
      await session.insert({id});
      count();
    }
    await session.commit();
    count();
    assert.deepEqual(counts, [0, 0, 2]);
  });
});

describe('a table that is defined anew while a transaction is open', () => {
  it('aborts those that have written to it, and them alone', async () => {
    const database = databaseWith([
      {id: 1, code: 7},
      {id: 2, code: 8},
    ]);
    const writer = begin(database);
    const reader = begin(database, 'REPEATABLE READ');
    await writer.update({id: 1}, {name: 'b'});
    await reader.find();
    database.declare('City', {
      ...cities,
      primaryKey: ['code'],
      idGeneration: 'none',
    });
    await assert.rejects(Promise.resolve(writer.commit()), {
      code: 'TRANSACTION_ABORTED',
      message: /City was defined anew/,
    });
    await reader.commit();
    assert.deepEqual(database.verify(), []);
  });

  /** What a statement fails with that waits for a row, and has another one. */
  async function failureOfWaiting(open: typeof autocommit | typeof begin) {
    const database = databaseWith([
      {id: 1, code: 7},
      {id: 2, code: 8},
    ]);
    const holder = begin(database);
    await holder.update({id: 2}, {name: 'b'});
    const waiting = open(database).update({}, {name: 'c'});
    // Of those who have written the one with the first row is aborted first.
    database.declare('City', {...cities, indexes: []});
    const {reason} = (await Promise.allSettled([waiting]))[0] as {
      reason: InMemoryError & {cause?: InMemoryError};
    };
    return {code: reason.code, causeCode: reason.cause?.code};
  }

  it('fails a statement that waits as it fails the next ones', async () => {
    assert.deepEqual(await failureOfWaiting(begin), {
      code: 'TRANSACTION_ABORTED',
      causeCode: 'SERIALIZATION_FAILURE',
    });
  });

  it('tells a statement without a transaction that waits why', async () => {
    assert.deepEqual(await failureOfWaiting(autocommit), {
      code: 'SERIALIZATION_FAILURE',
      causeCode: undefined,
    });
  });
});

describe('a foreign key that is declared while a transaction is open', () => {
  const toys = schemaOf({
    name: 'Toy',
    columns: {id: 'number', city: 'number'},
    indexes: [indexOn('city')],
  });
  const key: ForeignKey = {
    name: 'toyOfCity',
    properties: ['city'],
    parent: 'City',
    parentProperties: ['id'],
    onDelete: 'noAction',
    onUpdate: 'noAction',
  };

  async function declareAfterDeletion(toyRows: object[]): Promise<Session> {
    const database = databaseWith([{id: 1, code: 7}]);
    database.declare('Toy', toys);
    void database.write(to => insert(to, 'Toy', toyRows));
    const session = begin(database);
    await session.delete({id: 1});
    database.declare('Toy', {...toys, foreignKeys: [key]});
    return session;
  }

  it('aborts those who have written to the table that rows refer to now', async () => {
    const session = await declareAfterDeletion([{id: 1, city: 1}]);
    await assert.rejects(Promise.resolve(session.commit()), {
      code: 'TRANSACTION_ABORTED',
      message: /Toy was defined anew .* to a table that it refers to now/,
    });
    assert.deepEqual(session.database.verify(), []);
  });

  it('lets them go on while there are no rows that refer to anything', async () => {
    const session = await declareAfterDeletion([]);
    await session.commit();
    assert.deepEqual(idsIn(session.database), []);
    assert.deepEqual(session.database.verify(), []);
  });
});

describe('a table that is declared after a snapshot was taken', () => {
  for (const level of ['REPEATABLE READ', 'SERIALIZABLE'] as const) {
    it(`is there, and empty, at ${level}`, async () => {
      const database = databaseWith([{id: 1, name: 'a', code: 7}]);
      const transaction = begin(database, level);
      await transaction.update({id: 1}, {name: 'b'});
      database.declare('Late', {...cities, name: 'Late', indexes: []});
      void database.write(to => insert(to, 'Late', [{id: 5}]));
      const countLate = () =>
        database.read(view => countRows(view, 'Late', {}), {
          transaction: transaction.transaction,
        });
      assert.equal(await countLate(), 0);
      await database.write(to => insert(to, 'Late', [{id: 6}]), {
        transaction: transaction.transaction,
      });
      assert.equal(await countLate(), 1);
      assert.deepEqual(await transaction.find(), [{id: 1, name: 'b', code: 7}]);
      await transaction.commit();
      assert.equal(database.view(view => select(view, 'Late', {})).length, 2);
      assert.deepEqual(database.verify(), []);
    });
  }
});
