import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {SliceQueue} from '../../lib/base/slice-queue';
import {Database} from '../../lib/database/database';
import {
  countRows,
  deleteById,
  deleteWhere,
  insert,
  select,
  updateById,
  updateWhere,
} from '../../lib/database/statements';
import {
  type IsolationLevel,
  isolationLevels,
} from '../../lib/transaction/isolation';
import {indexOn, schemaOf} from '../support/schema/example';
import {briefly, leftovers, nothingLeft} from '../support/transaction/session';

const rowCount = 2_000;
const columns = {id: 'number', name: 'string', code: 'number'} as const;
const indexes = [indexOn('code', {isUnique: true}), indexOn('name')];
const cities = schemaOf({columns, indexes});

/** Rows with these ids, all of one name. */
function rows(count: number, from = 1, name = 'a'): object[] {
  return Array.from({length: count}, (_, i) => {
    const id = from + i;
    return {id, name, code: id * 10};
  });
}

/** A statement that was called and is not done: it was cut. */
function cut<T>(answer: T | Promise<T>): Promise<T> {
  assert.ok(answer instanceof Promise, 'the statement is cut');
  return answer;
}

describe('a statement that is cut into slices', () => {
  let database: Database;
  let slices: SliceQueue;

  beforeEach(() => {
    slices = new SliceQueue(0);
    database = new Database();
    database.declare('City', cities);
    void database.write(to => insert(to, 'City', rows(rowCount)));
  });

  afterEach(() => {
    assert.deepEqual(database.verify(), []);
    assert.deepEqual(leftovers(database), nothingLeft);
  });

  const begin = (level: IsolationLevel = 'READ COMMITTED') =>
    database.transactions.begin(level);
  const find = (options = {}) =>
    database.read(view => select(view, 'City', {where: {code: {gt: 0}}}), {
      slices,
      ...options,
    });
  const rename = (name: string, options = {}) =>
    database.write(to => updateWhere(to, 'City', {}, {name}), {
      slices,
      ...options,
    });
  const add = (added: readonly object[], options = {}) =>
    database.write(to => insert(to, 'City', added), {
      slices,
      ...options,
    });
  const remove = (where: object, options = {}) =>
    database.write(to => deleteWhere(to, 'City', where), {
      slices,
      ...options,
    });
  const namesNow = () =>
    new Set(
      database.view(view => select(view, 'City', {})).map(({name}) => name),
    );
  const countNow = () => database.view(view => select(view, 'City', {})).length;

  it('sees the rows as they were when it was called', async () => {
    const found = cut(find());
    void database.write(to => insert(to, 'City', rows(1, rowCount + 1)));
    void database.write(to => insert(to, 'City', rows(1, rowCount + 2)));
    assert.equal((await found).length, rowCount);
    assert.equal(countNow(), rowCount + 2);
  });

  for (const level of isolationLevels) {
    it(`sees one state also where others write a row at a time, in ${level}`, async () => {
      const transaction = begin(level);
      const found = cut(
        database.read(
          view =>
            select(view, 'City', {where: {code: {gt: 0}}, order: ['name']}),
          {slices, transaction},
        ),
      );
      for (let id = 1; id <= 40; id++) {
        void database.write(to => deleteById(to, 'City', id * 30));
        void database.write(to =>
          updateById(to, 'City', id * 30 + 1, {name: 'z'}),
        );
        await setImmediate();
      }
      const expected = rows(rowCount);
      assert.deepEqual(await found, expected);
      database.transactions.rollback(transaction);
    });
  }

  it('shows its changes at its end and not before', async () => {
    const renamed = cut(rename('b'));
    assert.deepEqual([...namesNow()], ['a']);
    assert.equal(await renamed, rowCount);
    assert.deepEqual([...namesNow()], ['b']);
  });

  it('changes nothing when it fails at its last row', async () => {
    const added = rows(rowCount, rowCount + 1);
    const taken = [...added, {id: 1_000_000, name: 'x', code: 10}];
    await assert.rejects(cut(add(taken)), {code: 'DUPLICATE_KEY'});
    assert.equal(countNow(), rowCount);
  });

  it('comes before the writes that are called while it runs', async () => {
    const renamed = cut(rename('b'));
    const again = database.write(to => insert(to, 'City', rows(1, 9_000)));
    assert.equal(countNow(), rowCount, 'the other one waits');
    await Promise.all([renamed, again]);
    assert.equal(countNow(), rowCount + 1);
    assert.deepEqual([...namesNow()], ['b', 'a']);
  });

  it('is followed by others in the order of their calls', async () => {
    const added = rows(500, rowCount + 1);
    const [, , deleted] = await Promise.all([
      cut(add(added)),
      rename('c'),
      remove({name: 'c'}),
      add(rows(3)),
    ]);
    assert.equal(deleted, rowCount + 500);
    assert.equal(countNow(), 3);
  });

  it('does not keep the reads of others waiting', () => {
    const renamed = cut(rename('b'));
    assert.equal(countNow(), rowCount);
    return renamed;
  });

  it('is worked out again when a table is declared anew meanwhile', async () => {
    const renamed = cut(rename('b'));
    database.declare('City', {
      ...cities,
      indexes: [...indexes, indexOn(['name', 'code'])],
    });
    assert.equal(await renamed, rowCount);
    assert.deepEqual([...namesNow()], ['b']);
  });

  it('keeps the migration of its table waiting', async () => {
    const renamed = cut(rename('b'));
    const recreated = database.recreate(['City']);
    assert.equal(countNow(), rowCount);
    await Promise.all([renamed, recreated]);
    assert.equal(countNow(), 0);
  });

  it('deletes all that refers to a row', async () => {
    const parts = schemaOf({
      name: 'Part',
      columns: {id: 'number', city: 'number'},
      indexes: [indexOn('city')],
      foreignKeys: [
        {
          name: 'fk',
          properties: ['city'],
          parent: 'City',
          parentProperties: ['id'],
          onDelete: 'cascade',
          onUpdate: 'noAction',
        },
      ],
    });
    database.declare('Part', parts);
    const ofFirst = rows(rowCount).map(({id}: any) => ({id, city: 1}));
    void database.write(to => insert(to, 'Part', ofFirst));
    const deleted = database.write(to => deleteById(to, 'City', 1), {slices});
    assert.equal(await cut(deleted), true);
    assert.deepEqual(
      database.view(view => select(view, 'Part', {})),
      [],
    );
  });

  describe('in a transaction', () => {
    it('is seen by others after the commit', async () => {
      const transaction = begin();
      await cut(rename('b', {transaction}));
      assert.deepEqual([...namesNow()], ['a']);
      await database.transactions.commit(transaction, slices);
      assert.deepEqual([...namesNow()], ['b']);
    });

    it('is part of what later statements of it see', async () => {
      const transaction = begin('REPEATABLE READ');
      void rename('b', {transaction});
      const found = await find({transaction});
      assert.equal(found[0]!['name'], 'b');
      database.transactions.rollback(transaction);
    });

    it('fails and leaves nothing when that is rolled back meanwhile', async () => {
      const transaction = begin();
      const renamed = cut(rename('b', {transaction}));
      database.transactions.rollback(transaction);
      await assert.rejects(renamed, {code: 'TRANSACTION_ENDED'});
      assert.deepEqual([...namesNow()], ['a']);
    });

    it('fails when that is rolled back while it reads', async () => {
      const transaction = begin();
      const found = cut(find({transaction}));
      database.transactions.rollback(transaction);
      await assert.rejects(found, {code: 'TRANSACTION_ENDED'});
    });

    for (const level of isolationLevels) {
      for (const [name, run] of [
        ['read', find],
        ['write', (options: object) => rename('b', options)],
      ] as const) {
        it(`a first ${name} takes no step when it was rolled back before its turn, at ${level}`, async () => {
          const transaction = begin(level);
          const before = cut(find());
          const first = cut<unknown>(run({transaction}));
          database.transactions.rollback(transaction);
          await assert.rejects(first, {code: 'TRANSACTION_ENDED'});
          assert.deepEqual(leftovers(database), nothingLeft);
          assert.equal(transaction.snapshot, undefined);
          await before;
        });
      }
    }

    it('is applied to what others have committed since', async () => {
      const transaction = begin();
      await cut(rename('b', {transaction}));
      await add(rows(rowCount, rowCount + 1));
      await cut(
        Promise.resolve(database.transactions.commit(transaction, slices)),
      );
      assert.equal(countNow(), 2 * rowCount);
      assert.deepEqual([...namesNow()], ['b', 'a']);
    });

    it('sees what others have committed since, also when that takes long', async () => {
      const transaction = begin();
      await cut(rename('b', {transaction}));
      await add(rows(rowCount, rowCount + 1));
      const found = await cut(find({transaction}));
      assert.equal(found.length, 2 * rowCount);
      assert.equal(found[0]!['name'], 'b');
      await database.transactions.commit(transaction, slices);
    });

    it('is seen from the first turn after the commit on, locks or not', async () => {
      const transaction = begin();
      await cut(rename('b', {transaction}));
      const committed = database.transactions.commit(transaction, slices);
      let turns = 0;
      while (transaction.state === 'active') {
        assert.deepEqual([...namesNow()], ['a']);
        await setImmediate();
        turns++;
      }
      assert.ok(turns > 0, 'the commit is cut');
      assert.equal(transaction.state, 'committed');
      assert.ok(transaction.locks.length > 0, 'locks are still given back');
      assert.deepEqual([...namesNow()], ['b']);
      const removed = remove({name: 'b'});
      await committed;
      assert.equal(transaction.locks.length, 0);
      assert.equal(await removed, rowCount);
    });

    it('is taken back at once by a rollback that is cut', async () => {
      const {transactions} = database;
      const transaction = begin();
      await cut(rename('b', {transaction}));
      const others = begin();
      const waiting = remove({name: 'a'}, {transaction: others});
      const ended = cut(transactions.rollbackInSlices(transaction, slices));
      assert.equal(transaction.state, 'rolled back');
      await ended;
      assert.equal(await waiting, rowCount);
      await transactions.commit(others, slices);
      assert.equal(countNow(), 0);
    });

    it('lets go of those who come while its locks are given back', async () => {
      const transaction = begin();
      await cut(rename('b', {transaction}));
      const {transactions} = database;
      const ended = transactions.rollbackInSlices(transaction, slices);
      const renamed = rename('c');
      const added = add(rows(1, 9_000, 'c'));
      await Promise.all([ended, added]);
      assert.equal(await renamed, rowCount);
      assert.deepEqual([...namesNow()], ['c']);
    });

    it('leaves no lock behind when a table is declared anew meanwhile', async () => {
      const transaction = begin();
      await cut(rename('b', {transaction}));
      const {transactions} = database;
      const ended = transactions.rollbackInSlices(transaction, slices);
      database.declare('City', {...cities, indexes: indexes.slice(0, 1)});
      assert.equal(transaction.locks.length, 0);
      await ended;
      assert.equal(transaction.state, 'rolled back');
      assert.deepEqual([...namesNow()], ['a']);
    });

    it('gives back what was locked since a savepoint', async () => {
      const {transactions} = database;
      const transaction = begin();
      await add(rows(1, 8_000), {transaction});
      await transactions.savepoint(transaction, 's');
      await cut(rename('b', {transaction}));
      const back = cut(
        Promise.resolve(transactions.rollbackTo(transaction, 's', slices)),
      );
      const again = rename('c', {transaction});
      await back;
      assert.equal(await again, rowCount + 1);
      await transactions.commit(transaction, slices);
      assert.deepEqual([...namesNow()], ['c']);
    });

    it('goes on after a statement that failed at its last row', async () => {
      const transaction = begin();
      const taken = [...rows(rowCount, 5_000), {id: 1, name: 'x', code: 0}];
      await assert.rejects(cut(add(taken, {transaction})), {
        code: 'DUPLICATE_KEY',
      });
      assert.equal(transaction.locks.length, 0);
      await add(rows(1, 9_000), {transaction});
      await database.transactions.commit(transaction, slices);
      assert.equal(countNow(), rowCount + 1);
    });

    it('waits for a row, and takes it as it is then', async () => {
      const holder = begin();
      await rename('b', {transaction: holder});
      const removed = remove({name: 'a'});
      const others = add(rows(1, 9_000, 'b'));
      await others;
      await database.transactions.commit(holder);
      assert.equal(await removed, 0);
      assert.equal(countNow(), rowCount + 1);
    });

    it('gives up a wait that is too long', async () => {
      const holder = begin();
      await rename('b', {transaction: holder});
      const removed = remove({name: 'a'}, {lockTimeoutMs: briefly});
      await assert.rejects(Promise.resolve(removed), {code: 'LOCK_TIMEOUT'});
      database.transactions.rollback(holder);
    });

    it('fails where its snapshot is older than a row', async () => {
      const transaction = begin('REPEATABLE READ');
      assert.equal((await find({transaction})).length, rowCount);
      await remove({id: rowCount});
      await assert.rejects(Promise.resolve(rename('b', {transaction})), {
        code: 'SERIALIZATION_FAILURE',
      });
      database.transactions.rollback(transaction);
    });

    it('is one of two that cannot both have come first', async () => {
      const [a, b] = [begin('SERIALIZABLE'), begin('SERIALIZABLE')];
      const count = (transaction: object, name: string) =>
        database.read(view => countRows(view, 'City', {name}), {
          slices,
          ...({transaction} as object),
        });
      await Promise.all([count(a, 'b'), count(b, 'b')]);
      const writes = await Promise.allSettled([
        add(rows(500, 5_000, 'b'), {transaction: a}),
        add(rows(500, 7_000, 'b'), {transaction: b}),
      ]);
      const commits = [];
      for (const transaction of [a, b]) {
        const commit = async () => database.transactions.commit(transaction);
        commits.push(await commit().then(() => 'ok', String));
      }
      assert.equal(writes.length, 2);
      assert.equal(commits.filter(outcome => outcome === 'ok').length, 1);
      for (const transaction of [a, b]) {
        if (transaction.state === 'aborted') {
          database.transactions.rollback(transaction);
        }
      }
    });

    it('notices who reads what it writes while it runs', async () => {
      const [a, b] = [begin('SERIALIZABLE'), begin('SERIALIZABLE')];
      await find({transaction: a});
      const added = cut(add(rows(500, 5_000, 'b'), {transaction: a}));
      // Begins within the other statement.
      const seen = find({transaction: b});
      await Promise.all([added, seen]);
      await Promise.resolve(add(rows(1, 9_000), {transaction: b}));
      const outcomes = [];
      for (const transaction of [a, b]) {
        const commit = async () => database.transactions.commit(transaction);
        outcomes.push(await commit().then(() => 'ok', String));
      }
      assert.equal(outcomes.filter(outcome => outcome === 'ok').length, 1);
    });
  });
});
