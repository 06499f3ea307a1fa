import assert from 'node:assert/strict';
import {makeDataSource, type Model} from '../support/connector/data-source';

/** A promise's outcome, once it has one; undefined while it waits. */
async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  let outcome: unknown;
  void work.then(
    value => (outcome = value ?? 'done'),
    (error: {code?: unknown}) => (outcome = error.code),
  );
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
  return outcome;
}

describe('a foreign key between transactions', () => {
  let Parent: Model;
  let Child: Model;
  let database: {verify(): string[]};
  beforeEach(async () => {
    const dataSource = makeDataSource();
    ({database} = dataSource.connector);
    const id = {type: Number, id: true};
    Parent = dataSource.define('Parent', {id, name: String});
    Child = dataSource.define(
      'Child',
      {id, parentId: Number},
      {
        foreignKeys: {
          childOfParent: {
            entity: 'Parent',
            entityKey: 'id',
            foreignKey: 'parentId',
          },
        },
      },
    );
    await Parent.createAll([{id: 1}, {id: 2}]);
    await Child.create({id: 1, parentId: 2});
  });
  afterEach(() => {
    assert.deepEqual(database.verify(), []);
  });

  it('keeps a parent until it is clear whether the new child stays', async () => {
    const tx = await Parent.beginTransaction({});
    await Child.create({id: 5, parentId: 1}, {transaction: tx});
    const deletion = Parent.destroyAll({id: 1});
    assert.equal(await outcomeOf(deletion), undefined);
    await tx.commit();
    assert.equal(await outcomeOf(deletion), 'FOREIGN_KEY_VIOLATION');
  });

  it('lets the parent go when the new child is rolled back', async () => {
    const tx = await Parent.beginTransaction({});
    await Child.create({id: 5, parentId: 1}, {transaction: tx});
    const deletion = Parent.destroyAll({id: 1});
    assert.equal(await outcomeOf(deletion), undefined);
    await tx.rollback();
    assert.deepEqual(await outcomeOf(deletion), {count: 1});
  });

  it('does not keep one from changing a parent of its own that another will remove', async () => {
    const [first, changer, remover] = [
      await Parent.beginTransaction({}),
      await Parent.beginTransaction({}),
      await Parent.beginTransaction({}),
    ];
    const change = (name: string, transaction: unknown) =>
      Parent.updateAll({id: 1}, {name}, {transaction});
    await change('first', first);
    for (const [id, transaction] of [changer, remover].entries()) {
      await Child.create({id: 5 + id, parentId: 1}, {transaction});
    }
    const changed = change('new', changer);
    const removed = Parent.destroyAll({id: 1}, {transaction: remover});
    await first.commit();
    assert.deepEqual(await outcomeOf(changed), {count: 1});
    await changer.rollback();
    assert.equal(await outcomeOf(removed), 'FOREIGN_KEY_VIOLATION');
    await remover.rollback();
  });

  it('lets others change what a child does not refer to', async () => {
    const tx = await Parent.beginTransaction({});
    await Child.create({id: 5, parentId: 1}, {transaction: tx});
    const renaming = Parent.updateAll({id: 1}, {name: 'new'});
    assert.deepEqual(await outcomeOf(renaming), {count: 1});
    await tx.commit();
  });

  it('lets two transactions refer to one parent', async () => {
    const first = await Parent.beginTransaction({});
    const second = await Parent.beginTransaction({});
    await Child.create({id: 5, parentId: 1}, {transaction: first});
    await Child.create({id: 6, parentId: 1}, {transaction: second});
    await first.commit();
    await second.commit();
    assert.equal(await Child.count({parentId: 1}), 2);
  });

  it('is no hiding place for a deadlock: all who share a parent count', async () => {
    const [first, second, deleting] = [
      await Parent.beginTransaction({}),
      await Parent.beginTransaction({}),
      await Parent.beginTransaction({}),
    ];
    await Child.create({id: 5, parentId: 1}, {transaction: first});
    await Child.create({id: 6, parentId: 1}, {transaction: second});
    await Parent.updateAll({id: 2}, {name: 'x'}, {transaction: deleting});
    const deletion = Parent.destroyAll({id: 1}, {transaction: deleting});
    assert.equal(await outcomeOf(deletion), undefined);
    const update = Parent.updateAll(
      {id: 2},
      {name: 'y'},
      {transaction: second},
    );
    assert.equal(await outcomeOf(deletion), 'DEADLOCK');
    assert.deepEqual(await outcomeOf(update), {count: 1});
    await deleting.rollback();
    await second.commit();
    await first.commit();
  });

  it('makes a new child wait for a parent that may be gone', async () => {
    const tx = await Parent.beginTransaction({});
    await Parent.destroyAll({id: 1}, {transaction: tx});
    const creation = Child.create({id: 5, parentId: 1});
    assert.equal(await outcomeOf(creation), undefined);
    await tx.commit();
    assert.equal(await outcomeOf(creation), 'FOREIGN_KEY_VIOLATION');
  });

  it('refuses a child of a parent that is not committed', async () => {
    const tx = await Parent.beginTransaction({});
    await Parent.create({id: 9}, {transaction: tx});
    const creation = Child.create({id: 5, parentId: 9});
    assert.equal(await outcomeOf(creation), 'FOREIGN_KEY_VIOLATION');
    await Child.create({id: 5, parentId: 9}, {transaction: tx});
    await tx.commit();
  });

  it('makes a deletion wait for a child that may be gone', async () => {
    const tx = await Parent.beginTransaction({});
    await Child.destroyAll({id: 1}, {transaction: tx});
    const deletion = Parent.destroyAll({id: 2});
    assert.equal(await outcomeOf(deletion), undefined);
    await tx.commit();
    assert.deepEqual(await outcomeOf(deletion), {count: 1});
  });

  for (const [isolationLevel, code] of [
    ['REPEATABLE READ', 'FOREIGN_KEY_VIOLATION'],
    ['SERIALIZABLE', 'SERIALIZATION_FAILURE'],
  ]) {
    it(`holds for a child that a ${isolationLevel} snapshot does not have: ${code}`, async () => {
      const tx = await Parent.beginTransaction({isolationLevel});
      assert.equal(await Child.count({parentId: 1}, {transaction: tx}), 0);
      await Child.create({id: 5, parentId: 1});
      const deletion = Parent.destroyAll({id: 1}, {transaction: tx});
      assert.equal(await outcomeOf(deletion), code);
      await tx.rollback();
    });
  }

  for (const isolationLevel of ['REPEATABLE READ', 'SERIALIZABLE']) {
    for (const [what, change] of Object.entries({
      update: (options: object) =>
        Child.updateAll({id: 1}, {parentId: 1}, options),
      replacement: (options: object) =>
        Child.replaceById(1, {parentId: 2}, options),
      deletion: (options: object) => Child.destroyAll({id: 1}, options),
    })) {
      it(`lets the ${what} of a child that is gone since a ${isolationLevel} snapshot fail with 40001`, async () => {
        const tx = await Child.beginTransaction({isolationLevel});
        assert.equal(await Child.count({}, {transaction: tx}), 1);
        await Child.destroyAll({id: 1});
        const changing = change({transaction: tx});
        assert.equal(await outcomeOf(changing), 'SERIALIZATION_FAILURE');
        await tx.rollback();
      });
    }
  }
});

describe('a snapshot and the rows that foreign keys ask for', () => {
  let Parent: Model;
  let Child: Model;
  beforeEach(async () => {
    const dataSource = makeDataSource();
    const id = {type: Number, id: true};
    const code = {type: String, index: {unique: true}};
    Parent = dataSource.define('Parent', {id, code});
    const parent = {entity: 'Parent', entityKey: 'code', foreignKey: 'code'};
    const foreignKeys = {childOfParent: parent};
    Child = dataSource.define('Child', {id, code: String}, {foreignKeys});
    await Parent.create({id: 1, code: 'a'});
  });

  async function begin(isolationLevel: string): Promise<object> {
    const transaction = await Parent.beginTransaction({isolationLevel});
    assert.equal(await Child.count({}, {transaction}), 0);
    return transaction;
  }

  for (const isolationLevel of ['REPEATABLE READ', 'SERIALIZABLE']) {
    it(`refuse a child of a parent newer than a ${isolationLevel} snapshot (as PostgreSQL)`, async () => {
      const transaction = await begin(isolationLevel);
      await Parent.create({id: 2, code: 'b'});
      const creation = Child.create({id: 1, code: 'b'}, {transaction});
      assert.equal(await outcomeOf(creation), 'FOREIGN_KEY_VIOLATION');
      assert.equal(await Child.count({}, {transaction}), 0);
      await Child.create({id: 1, code: 'a'}, {transaction});
    });

    for (const [what, lose] of Object.entries({
      deleted: () => Parent.destroyAll({id: 1}),
      'given another key': () => Parent.updateAll({id: 1}, {code: 'c'}),
    })) {
      it(`let a child of a parent that was ${what} since a ${isolationLevel} snapshot fail with 40001 (as PostgreSQL)`, async () => {
        const transaction = await begin(isolationLevel);
        await lose();
        const creation = Child.create({id: 1, code: 'a'}, {transaction});
        assert.equal(await outcomeOf(creation), 'SERIALIZATION_FAILURE');
      });
    }

    it(`refuse a child of a parent that the ${isolationLevel} transaction itself has deleted`, async () => {
      const transaction = await begin(isolationLevel);
      await Parent.create({id: 2, code: 'b'});
      await Parent.destroyAll({id: 1}, {transaction});
      const creation = Child.create({id: 1, code: 'a'}, {transaction});
      assert.equal(await outcomeOf(creation), 'FOREIGN_KEY_VIOLATION');
    });
  }

  it('let a SERIALIZABLE transaction that misses a parent conflict with one that creates it', async () => {
    const transaction: any = await begin('SERIALIZABLE');
    const other: any = await begin('SERIALIZABLE');
    const missing = Child.create({id: 1, code: 'z'}, {transaction});
    assert.equal(await outcomeOf(missing), 'FOREIGN_KEY_VIOLATION');
    await Child.create({id: 2}, {transaction});
    assert.equal(await Child.count({id: 2}, {transaction: other}), 0);
    await Parent.create({id: 2, code: 'z'}, {transaction: other});
    await transaction.commit();
    assert.equal(await outcomeOf(other.commit()), 'SERIALIZATION_FAILURE');
  });
});

describe('a cascade between transactions', () => {
  function define(onDelete: string): {Parent: Model; Child: Model} {
    const dataSource = makeDataSource();
    const id = {type: Number, id: true};
    const Parent = dataSource.define('Parent', {id});
    const foreignKeys = {
      childOfParent: {
        entity: 'Parent',
        entityKey: 'id',
        foreignKey: 'parentId',
        onDelete,
      },
    };
    const Child = dataSource.define(
      'Child',
      {id, parentId: Number, n: Number},
      {foreignKeys},
    );
    return {Parent, Child};
  }

  for (const onDelete of ['CASCADE', 'SET NULL']) {
    it(`${onDelete} waits for a child that another one writes`, async () => {
      const {Parent, Child} = define(onDelete);
      await Parent.create({id: 1});
      await Child.create({id: 1, parentId: 1});
      const tx = await Parent.beginTransaction({});
      await Child.updateAll({id: 1}, {n: 7}, {transaction: tx});
      const deletion = Parent.destroyAll({id: 1});
      assert.equal(await outcomeOf(deletion), undefined);
      await tx.commit();
      assert.deepEqual(await outcomeOf(deletion), {count: 1});
      const rows = (await Child.find()).map((row: any) => row.toJSON());
      assert.deepEqual(
        rows,
        onDelete === 'CASCADE' ? [] : [{id: 1, parentId: null, n: 7}],
      );
    });

    it(`${onDelete} is part of the transaction, and rolled back with it`, async () => {
      const {Parent, Child} = define(onDelete);
      await Parent.create({id: 1});
      await Child.create({id: 1, parentId: 1});
      const tx = await Parent.beginTransaction({});
      await Parent.destroyAll({id: 1}, {transaction: tx});
      assert.equal(await Child.count({parentId: 1}, {transaction: tx}), 0);
      assert.equal(await Child.count({parentId: 1}), 1);
      await tx.rollback();
      assert.equal(await Child.count({parentId: 1}), 1);
    });

    it(`${onDelete} over a child newer than the snapshot fails with 40001`, async () => {
      const {Parent, Child} = define(onDelete);
      await Parent.create({id: 1});
      const isolationLevel = 'REPEATABLE READ';
      const tx = await Parent.beginTransaction({isolationLevel});
      await Parent.find({}, {transaction: tx});
      await Child.create({id: 1, parentId: 1});
      const deletion = Parent.destroyAll({id: 1}, {transaction: tx});
      assert.equal(await outcomeOf(deletion), 'SERIALIZATION_FAILURE');
      await tx.rollback();
    });

    // Else the transaction sees the child, whose parent it has deleted.
    it(`${onDelete} over a child that is gone since a SERIALIZABLE snapshot fails with 40001`, async () => {
      const {Parent, Child} = define(onDelete);
      await Parent.create({id: 1});
      await Child.create({id: 1, parentId: 1});
      const isolationLevel = 'SERIALIZABLE';
      const tx = await Parent.beginTransaction({isolationLevel});
      await Parent.find({}, {transaction: tx});
      const other = await Parent.beginTransaction({isolationLevel});
      await Child.destroyAll({id: 1}, {transaction: other});
      await other.commit();
      const deletion = Parent.destroyAll({id: 1}, {transaction: tx});
      assert.equal(await outcomeOf(deletion), 'SERIALIZATION_FAILURE');
      await tx.rollback();
    });
  }
});
