import assert from 'node:assert/strict';
import type {Database, Writer} from '../../lib/database/database';
import {updateWhere} from '../../lib/database/statements';
import {isolationLevels} from '../../lib/transaction/isolation';
import type {Row} from '../../lib/value/copy';
import {
  autocommit,
  begin,
  cities,
  briefly,
  committedRows,
  databaseWith,
  leftovers,
  nothingLeft,
  outcomeOf,
  type Session,
  waits,
} from '../support/transaction/session';

const start: readonly Row[] = [
  {id: 1, name: 'a', code: 10},
  {id: 2, name: 'b', code: 20},
];

describe('a statement that meets what an open transaction has written', () => {
  let database: Database;
  let holder: Session;

  beforeEach(() => {
    database = databaseWith(start);
    holder = begin(database);
  });

  afterEach(() => {
    assert.deepEqual(database.verify(), []);
    assert.deepEqual(leftovers(database), nothingLeft);
  });

  /** Ends the holder when the statement is seen to wait; tells what comes of it. */
  async function outcomeAfter(
    end: 'commit' | 'rollback',
    statement: Promise<unknown>,
  ): Promise<unknown> {
    assert.equal(await outcomeOf(statement), waits, 'before the holder ends');
    await holder[end]();
    return outcomeOf(statement);
  }

  /** What the holder does, what another does then, and what comes of that. */
  const cases: readonly {
    readonly title: string;
    readonly holds: (holder: Session) => Promise<unknown>;
    readonly wants: (other: Session) => Promise<unknown>;
    readonly afterCommit: unknown;
    readonly afterRollback: unknown;
  }[] = [
    {
      title: 'changes a changed row as it is then',
      holds: by => by.update({id: 1}, {name: 'x'}),
      wants: by => by.update({id: 1}, {name: 'y'}),
      afterCommit: 1,
      afterRollback: 1,
    },
    {
      title: 'does not change a row that its condition does not meet any more',
      holds: by => by.update({id: 1}, {name: 'x'}),
      wants: by => by.update({name: 'a'}, {name: 'y'}),
      afterCommit: 0,
      afterRollback: 1,
    },
    {
      title: 'does not change a row that meets its condition only now',
      holds: async by => {
        await by.update({id: 1}, {name: 'x'});
        await by.update({id: 2}, {name: 'a'});
      },
      wants: by => by.update({name: 'a'}, {name: 'y'}),
      afterCommit: 0,
      afterRollback: 1,
    },
    {
      title: 'changes the rest when one of its rows was deleted',
      holds: by => by.delete({id: 1}),
      wants: by => by.update({}, {name: 'y'}),
      afterCommit: 1,
      afterRollback: 2,
    },
    {
      title: 'deletes the rest when it was to delete all',
      holds: async by => {
        await by.delete({id: 1});
        await by.insert({id: 3, name: 'new'});
      },
      wants: by => by.delete({}),
      afterCommit: 1,
      afterRollback: 2,
    },
    {
      title: 'inserts a key if its row is not committed',
      holds: by => by.insert({id: 3, code: 30}),
      wants: by => by.insert({id: 4, code: 30}),
      afterCommit: 'DUPLICATE_KEY',
      afterRollback: [4],
    },
    {
      title: 'moves a row to a key if another was not moved there',
      holds: by => by.update({id: 1}, {code: 30}),
      wants: by => by.update({id: 2}, {code: 30}),
      afterCommit: 'DUPLICATE_KEY',
      afterRollback: 1,
    },
    {
      title: 'inserts an id if its row is not committed',
      holds: by => by.insert({id: 3}),
      wants: by => by.insert({id: 3}),
      afterCommit: 'DUPLICATE_KEY',
      afterRollback: [3],
    },
    {
      title: 'inserts the key of a deleted row if that is gone',
      holds: by => by.delete({id: 1}),
      wants: by => by.insert({id: 3, code: 10}),
      afterCommit: [3],
      afterRollback: 'DUPLICATE_KEY',
    },
    {
      title: 'inserts the id of a deleted row if that is gone',
      holds: by => by.delete({id: 1}),
      wants: by => by.insert({id: 1}),
      afterCommit: [1],
      afterRollback: 'DUPLICATE_KEY',
    },
    {
      title: 'inserts the key that a row has moved away from, if it stays away',
      holds: by => by.update({id: 1}, {code: 30}),
      wants: by => by.insert({id: 3, code: 10}),
      afterCommit: [3],
      afterRollback: 'DUPLICATE_KEY',
    },
    {
      title: 'does not insert the key of a row that was changed otherwise',
      holds: by => by.update({id: 1}, {name: 'x'}),
      wants: by => by.insert({id: 3, code: 10}),
      afterCommit: 'DUPLICATE_KEY',
      afterRollback: 'DUPLICATE_KEY',
    },
  ];
  for (const {title, holds, wants, afterCommit, afterRollback} of cases) {
    for (const end of ['commit', 'rollback'] as const) {
      const expected = end === 'commit' ? afterCommit : afterRollback;
      it(`waits, then ${title}: ${show(expected)} after ${end}`, async () => {
        await holds(holder);
        const statement = wants(autocommit(database));
        assert.deepEqual(await outcomeAfter(end, statement), expected);
      });

      it(`in a transaction waits, then ${title}: ${show(expected)} after ${end}`, async () => {
        await holds(holder);
        const other = begin(database);
        assert.deepEqual(await outcomeAfter(end, wants(other)), expected);
        await other.commit();
      });
    }
  }

  for (const level of isolationLevels) {
    it(`reads on at ${level} without waiting`, async () => {
      await holder.update({}, {name: 'x'});
      await holder.insert({id: 3});
      const reader = begin(database, level);
      assert.deepEqual(await outcomeOf(reader.find()), start);
      reader.rollback();
      holder.rollback();
    });
  }

  it('goes on without waiting where it meets other rows and keys', async () => {
    await holder.update({id: 1}, {name: 'x'});
    const other = autocommit(database);
    assert.equal(await outcomeOf(other.update({id: 2}, {name: 'y'})), 1);
    assert.deepEqual(await outcomeOf(other.insert({id: 3, code: 30})), [3]);
    holder.rollback();
  });

  it('takes null for no key, and does not wait for it', async () => {
    await holder.insert({id: 3, code: null});
    const other = autocommit(database).insert({id: 4, code: null});
    assert.deepEqual(await outcomeOf(other), [4]);
    await holder.commit();
  });

  it('keeps the rows that it has locked while it waits for another', async () => {
    await holder.update({id: 2}, {name: 'x'});
    const other = begin(database);
    const both = other.update({}, {name: 'y'});
    const third = autocommit(database).update({id: 1}, {name: 'z'});
    assert.equal(await outcomeOf(third), waits);
    assert.equal(await outcomeAfter('commit', both), 2);
    assert.equal(await outcomeOf(third), waits);
    await other.commit();
    assert.equal(await third, 1);
    assert.deepEqual(
      committedRows(database).map(({name}) => name),
      ['z', 'y'],
    );
  });

  it('comes to each of many that queue on one row in turn', async () => {
    await holder.update({id: 1}, {name: 'x'});
    const queue = Array.from({length: 5}, () => begin(database));
    const finished: number[] = [];
    const updates = queue.map(async (session, i) => {
      await session.update({}, {name: String(i)});
      finished.push(i);
    });
    await holder.commit();
    for (const [i, session] of queue.entries()) {
      await updates[i];
      const rest = updates.slice(i + 1).map(outcomeOf);
      assert.deepEqual(
        new Set(await Promise.all(rest)),
        new Set(rest.length > 0 ? [waits] : []),
      );
      await session.commit();
    }
    assert.deepEqual(finished, [0, 1, 2, 3, 4]);
    assert.deepEqual(
      committedRows(database).map(({name}) => name),
      ['4', '4'],
    );
  });

  it('counts up rightly when many add to one row outside of transactions', async () => {
    await holder.update({id: 1}, {name: 'x'});
    const others = Array.from({length: 10}, (_, i) =>
      autocommit(database).update({id: 1}, {[`by${i}`]: true}),
    );
    holder.rollback();
    assert.deepEqual(await Promise.all(others), Array(10).fill(1));
    assert.equal(Object.keys(committedRows(database)[0]!).length, 13);
  });

  it('that waits in a ring without a transaction fails with DEADLOCK and locks nothing', async () => {
    await holder.update({id: 2}, {name: 'x'});
    const alone = autocommit(database).update({}, {name: 'y'});
    assert.equal(await outcomeOf(alone), waits);
    const closing = holder.update({id: 1}, {name: 'x'});
    await assert.rejects(alone, {code: 'DEADLOCK'});
    assert.equal(await closing, 1);
    await holder.commit();
    assert.deepEqual(
      committedRows(database).map(({name}) => name),
      ['x', 'x'],
    );
  });

  it('that waits in a ring aborts its transaction, whose other changes are gone', async () => {
    const other = begin(database);
    await other.update({id: 1}, {name: 'y'});
    await holder.update({id: 2}, {name: 'x'});
    const waiting = other.update({id: 2}, {name: 'y'});
    const closing = holder.update({id: 1}, {name: 'x'});
    await assert.rejects(waiting, {code: 'DEADLOCK', sqlState: '40P01'});
    await assert.rejects(other.find(), {
      code: 'TRANSACTION_ABORTED',
      message: /aborted \(Deadlock/,
    });
    assert.equal(await closing, 1);
    await holder.commit();
    assert.deepEqual(
      committedRows(database).map(({name}) => name),
      ['x', 'x'],
    );
  });

  it('for too long fails, and its transaction goes on', async () => {
    await holder.update({id: 2}, {name: 'x'});
    const other = begin(database, 'READ COMMITTED', briefly);
    await other.insert({id: 3});
    await assert.rejects(other.update({}, {name: 'y'}), {
      code: 'LOCK_TIMEOUT',
      message: /READ COMMITTED, open for \d+ ms, rows written: 1/,
    });
    const third = autocommit(database).update({id: 1}, {name: 'z'});
    assert.equal(await outcomeOf(third), 1, 'what it locked is free again');
    await holder.commit();
    assert.equal(await other.update({id: 2}, {name: 'y'}), 1);
    await other.commit();
    assert.deepEqual(
      committedRows(database).map(({name}) => name),
      ['z', 'y', undefined],
    );
  });

  it('for too long without a transaction fails, and nothing is left of it', async () => {
    await holder.insert({id: 3, code: 30});
    const alone = autocommit(database, briefly);
    await assert.rejects(alone.insert({id: 4, code: 30}), {
      code: 'LOCK_TIMEOUT',
    });
    await holder.commit();
    assert.deepEqual(
      committedRows(database).map(({id}) => id),
      [1, 2, 3],
    );
  });
});

function show(outcome: unknown): string {
  return typeof outcome === 'number'
    ? `${outcome} ${outcome === 1 ? 'row' : 'rows'}`
    : Array.isArray(outcome)
      ? 'ok'
      : String(outcome);
}

describe('a unique index that is newer than a snapshot', () => {
  it('keeps the keys of that transaction from others', async () => {
    const database = databaseWith([], {schema: {...cities, indexes: []}});
    const session = begin(database, 'REPEATABLE READ');
    await session.find();
    database.declare('City', cities);
    await session.insert({id: 1, code: 7});
    const other = autocommit(database).insert({id: 2, code: 7});
    assert.equal(await outcomeOf(other), waits);
    await session.commit();
    await assert.rejects(other, {code: 'DUPLICATE_KEY'});
  });
});

describe('a statement of a transaction that asks for candidates', () => {
  it('fails when it asks again: what was found first is kept by statement', () => {
    const database = databaseWith(start);
    const transaction = database.transactions.begin('READ COMMITTED');
    const twice = (to: Writer) => {
      for (const name of ['a', 'b']) updateWhere(to, 'City', {name}, {code: 5});
    };
    assert.throws(() => database.write(twice, {transaction}), {
      message: 'Broken invariant: a statement asks for its candidates once',
    });
  });
});
