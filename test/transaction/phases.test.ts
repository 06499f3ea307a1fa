import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {SliceQueue} from '../../lib/base/slice-queue';
import type {Database} from '../../lib/database/database';
import {
  countRows,
  deleteById,
  deleteWhere,
  insert,
  updateWhere,
} from '../../lib/database/statements';
import type {ForeignKey, TableSchema} from '../../lib/schema/schema';
import {findTable} from '../../lib/store/version';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  autocommit,
  begin,
  databaseWith,
  leftovers,
  nothingLeft,
  outcomeOf,
  type Session,
  waits,
} from '../support/transaction/session';

/*
 * What would go wrong if a phase of `Attempt.change` had another place. Each test
 * has a statement to which several things apply that it could answer.
 */

const start = [
  {id: 1, name: 'a', code: 10},
  {id: 2, name: 'b', code: 20},
];

function referring(
  name: string,
  onDelete: ForeignKey['onDelete'],
  parent: string,
) {
  return schemaOf({
    name,
    columns: {id: 'number', of: 'number'},
    indexes: [indexOn('of')],
    foreignKeys: [
      {
        name: 'fk',
        properties: ['of'],
        parent,
        parentProperties: ['id'],
        onDelete,
        onUpdate: 'noAction',
      },
    ],
  });
}

const toys = referring('Toy', 'cascade', 'City');

function withToys(schema: TableSchema = toys): Database {
  const database = databaseWith(start);
  database.declare(schema.name, schema);
  const rows = [{id: 1, of: 1}];
  void database.write(to => insert(to, schema.name, rows));
  return database;
}

const count = async ({database, transaction}: Session, table: string) =>
  database.read(view => countRows(view, table, {}), {
    transaction,
  });

describe('The first updater wins, so a statement on a row changed since its snapshot', () => {
  it('fails at once, though another transaction keeps the row', async () => {
    const database = databaseWith(start);
    const late = begin(database, 'REPEATABLE READ');
    await late.find();
    await autocommit(database).update({id: 1}, {name: 'x'});
    const holder = begin(database);
    await holder.update({id: 1}, {name: 'y'});
    const update = late.update({id: 1}, {name: 'z'});
    assert.equal(await outcomeOf(update), 'SERIALIZATION_FAILURE');
    holder.rollback();
  });

  it('fails so before it looks at foreign keys, which the row may not meet', async () => {
    const database = withToys();
    const late = begin(database, 'REPEATABLE READ');
    await late.find();
    await database.write(to => deleteWhere(to, 'Toy', {}));
    const update = async () =>
      database.write(to => updateWhere(to, 'Toy', {id: 1}, {of: 99}), {
        transaction: late.transaction,
      });
    assert.equal(await outcomeOf(update()), 'SERIALIZATION_FAILURE');
  });
});

describe('A statement that waits for a row, and finds it gone', () => {
  let database: Database;
  let holder: Session;

  beforeEach(() => {
    database = withToys();
    holder = begin(database);
  });

  it('does not fail by a foreign key that the row would not have met', async () => {
    await database.write(to => deleteWhere(to, 'Toy', {}), {
      transaction: holder.transaction,
    });
    const update = Promise.resolve(
      database.write(to => updateWhere(to, 'Toy', {id: 1}, {of: 99})),
    );
    assert.equal(await outcomeOf(update), waits);
    await holder.commit();
    assert.equal(await update, 0);
  });

  it('does not fail by a key that the row would have had twice', async () => {
    await holder.delete({id: 1});
    const update = autocommit(database).update({id: 1}, {code: 20});
    assert.equal(await outcomeOf(update), waits);
    await holder.commit();
    assert.equal(await update, 0);
  });
});

describe('What foreign keys add to a statement', () => {
  it('is looked for among the newest rows, and refused if changed since the snapshot', async () => {
    const database = withToys();
    const late = begin(database, 'REPEATABLE READ');
    await late.find();
    await database.write(to => insert(to, 'Toy', [{id: 2, of: 2}]));
    const deletion = late.delete({id: 2});
    assert.equal(await outcomeOf(deletion), 'SERIALIZATION_FAILURE');
  });

  it('is locked', async () => {
    const database = withToys();
    const holder = begin(database);
    await database.write(to => deleteWhere(to, 'Toy', {id: 1}), {
      transaction: holder.transaction,
    });
    const deletion = autocommit(database).delete({id: 1});
    assert.equal(await outcomeOf(deletion), waits);
    holder.rollback();
    assert.equal(await deletion, 1);
    assert.deepEqual(database.verify(), []);
  });

  it('counts as written in the order of serializable transactions', async () => {
    const database = withToys();
    const [deleting, counting] = [
      begin(database, 'SERIALIZABLE'),
      begin(database, 'SERIALIZABLE'),
    ];
    assert.equal(await count(counting, 'Toy'), 1);
    assert.equal((await deleting.find({id: 2})).length, 1);
    await deleting.delete({id: 1});
    await counting.update({id: 2}, {name: 'one toy'});
    await deleting.commit();
    await assert.rejects(counting.commit(), {code: 'SERIALIZATION_FAILURE'});
  });
});

describe('A statement that cannot be put in one order with others', () => {
  let database: Database;
  let first: Session;
  let pivot: Session;
  let holder: Session;

  /** The pivot has read what another one has overwritten, and committed. */
  beforeEach(async () => {
    database = withToys();
    first = begin(database, 'SERIALIZABLE');
    pivot = begin(database, 'SERIALIZABLE');
    const last = begin(database, 'SERIALIZABLE');
    assert.equal((await first.find({id: 1})).length, 1);
    assert.equal(await count(first, 'Toy'), 1);
    assert.equal((await pivot.find({id: 2})).length, 1);
    await last.update({id: 2}, {name: 'x'});
    await last.commit();
    holder = begin(database);
  });

  afterEach(() => {
    holder.rollback();
    first.rollback();
    assert.deepEqual(leftovers(database), nothingLeft);
  });

  it('fails at once, though there is a key to wait for', async () => {
    await holder.insert({id: 3, code: 30});
    const update = pivot.update({id: 1}, {code: 30});
    assert.equal(await outcomeOf(update), 'SERIALIZATION_FAILURE');
  });

  it('fails at once, though there is a row to wait for that it refers to', async () => {
    await holder.delete({id: 1});
    const insertion = async () =>
      database.write(to => insert(to, 'Toy', [{id: 9, of: 1}]), {
        transaction: pivot.transaction,
      });
    assert.equal(await outcomeOf(insertion()), 'SERIALIZATION_FAILURE');
  });
});

describe('A statement that fits neither the newest rows nor those of its snapshot', () => {
  it('fails by the rule that it breaks, and its transaction goes on', async () => {
    const database = databaseWith(start);
    const session = begin(database, 'REPEATABLE READ');
    await session.find();
    await autocommit(database).insert({id: 3, code: 30});
    const update = session.update({id: 1}, {code: 20});
    assert.equal(await outcomeOf(update), 'DUPLICATE_KEY');
    assert.equal(await session.update({id: 1}, {code: 40}), 1);
    await session.commit();
  });
});

describe('A statement that is cut, while something else happens between its slices,', () => {
  const rowCount = 2_000;
  const many = (from: number, name: string) =>
    Array.from({length: rowCount}, (_, i) => {
      const id = from + i;
      return {id, name, code: id * 10};
    });
  let database: Database;
  let slices: SliceQueue;

  beforeEach(() => {
    slices = new SliceQueue(0);
    database = databaseWith(many(1, 'a'));
  });

  afterEach(() => assert.deepEqual(database.verify(), []));

  const add = (rows: object[], {transaction}: Session) =>
    database.write(to => insert(to, 'City', rows), {
      slices,
      transaction,
    });

  /** A statement that was called and is not done: it was cut. */
  function cut<T>(answer: T | Promise<T>): Promise<T> {
    assert.ok(answer instanceof Promise, 'the statement is cut');
    return answer;
  }

  /** Acts in each turn of the event loop until a statement is done. */
  async function inEachTurn(
    statement: Promise<unknown>,
    act: (turn: number) => void | Promise<void>,
  ): Promise<number> {
    const running = {isDone: false};
    void statement.finally(() => (running.isDone = true));
    let turns = 0;
    for (; !running.isDone; turns++) {
      await act(turns);
      await setImmediate();
    }
    return turns;
  }

  it('is worked out again, not twice, where a table is declared', async () => {
    const session = begin(database);
    const added = cut(add(many(5_000, 'b'), session));
    const turns = await inEachTurn(added, turn => {
      // Late, so that it comes while what was written is noted.
      if (turn === 20) database.declare('Toy', toys);
    });
    assert.ok(turns > 20, 'it was declared meanwhile');
    assert.equal((await added).length, rowCount);
    await session.commit();
    assert.ok(findTable(database.head, 'Toy'), 'the table is still there');
  });

  it('leaves a table there that is declared while it looks at the newest rows', async () => {
    const session = begin(database, 'REPEATABLE READ');
    await add(many(5_000, 'b'), session);
    await autocommit(database).update({id: 1}, {name: 'x'});
    const added = cut(add([{id: 9_999, code: 1}], session));
    database.declare('Toy', toys);
    await added;
    await session.commit();
    assert.ok(findTable(database.head, 'Toy'), 'the table is still there');
  });

  it('meets a foreign key that is declared before it locks what it adds', async () => {
    const boxes = referring('Box', 'noAction', 'Toy');
    database.declare('Toy', toys);
    database.declare('Box', {...boxes, foreignKeys: []});
    const ofFirst = many(1, 'a').map(({id}) => ({id, of: 1}));
    void database.write(to => insert(to, 'Toy', ofFirst));
    void database.write(to => insert(to, 'Box', [{id: 1, of: rowCount}]));
    const {transaction} = begin(database);
    const deleted = cut(
      database.write(to => deleteById(to, 'City', 1), {
        slices,
        transaction,
      }),
    );
    database.declare('Box', boxes);
    await assert.rejects(deleted, {code: 'FOREIGN_KEY_VIOLATION'});
    await database.transactions.commit(transaction);
  });

  it('is noticed by whoever reads at any time', async () => {
    const writer = begin(database, 'SERIALIZABLE');
    await writer.find();
    const added = cut(add(many(5_000, 'b'), writer));
    const readers: Session[] = [];
    await inEachTurn(added, async () => {
      const reader = begin(database, 'SERIALIZABLE');
      assert.deepEqual(await reader.find({name: 'b'}), []);
      readers.push(reader);
    });
    await writer.commit();
    assert.ok(readers.length > 10);
    for (const [i, reader] of readers.entries()) {
      const id = 10_000 + i;
      const late = reader.insert({id, code: -id}).then(() => reader.commit());
      assert.equal(await outcomeOf(late), 'SERIALIZATION_FAILURE', `${i}`);
    }
  });
});
