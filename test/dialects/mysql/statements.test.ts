import assert from 'node:assert/strict';
import {emulating, failureOf} from '../../support/dialects/emulated';

const properties = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, length: 40, index: {unique: true}},
  title: {type: String, required: true},
};

const copying = {database: 'mariadb', hazards: 'copy'};

function cities(emulate: unknown = 'mariadb', settings: object = {}) {
  return emulating(emulate, properties, settings).Model;
}

const shown = (rows: {toObject(): object}[]) =>
  rows.map(row => ({...row.toObject()}));

describe('MariaDB keys', () => {
  it('are taken by a text that is equal by the collation', async () => {
    const City = cities();
    await City.create({name: 'Köln', title: 't'});
    for (const name of ['koln', 'KÖLN', 'Köln ']) {
      const failure = await failureOf(City.create({name, title: 't'}));
      assert.deepEqual(
        {...failure, message: failure.message},
        {
          code: 'ER_DUP_ENTRY',
          errno: 1062,
          sqlState: '23000',
          sqlMessage: `Duplicate entry '${name}' for key 'name'`,
          statusCode: '422',
          message: `Duplicate entry '${name}' for key 'name'`,
        },
      );
    }
    assert.equal(await City.count(), 1);
  });

  it('have the status 500 where a text has a colon', async () => {
    const City = cities();
    await City.create({name: 'a: b', title: 't'});
    const failure = await failureOf(City.create({name: 'a: b', title: 't'}));
    assert.equal(failure['code'], 'ER_DUP_ENTRY');
    assert.equal(failure['statusCode'], 500);
  });

  it('are found, and written to, by any such text', async () => {
    const {Model: Tag} = emulating('mariadb', {
      id: {type: String, id: true},
      n: Number,
    });
    await Tag.create({id: 'Blue', n: 1});
    assert.equal((await Tag.findById('BLUE')).id, 'Blue');
    assert.deepEqual(await Tag.updateAll({id: 'blue '}, {n: 2}), {count: 1});
    assert.deepEqual(await Tag.destroyAll({id: {inq: ['blue', 'BLUE']}}), {
      count: 1,
    });
  });

  it('stay sound while texts change their form', async () => {
    const {Model: City, dataSource} = emulating('mariadb', properties);
    for (let i = 0; i < 200; i++) {
      await City.create({name: `City ${i}`, title: 't'});
    }
    await City.updateAll({name: 'CITY 7'}, {name: 'city 7'});
    const index = dataSource.connector.database.verify();
    assert.deepEqual(index, []);
    assert.equal(
      (await City.findOne({where: {name: 'CITY 7'}})).name,
      'city 7',
    );
  });

  it('of foreign keys refer to a text that is equal', async () => {
    const {dataSource} = emulating('mariadb', {
      id: {type: String, id: true},
    });
    const Parent = dataSource.define('Parent', {id: {type: String, id: true}});
    const Child = dataSource.define(
      'Child',
      {id: {type: Number, id: true, generated: true}, parentId: String},
      {
        foreignKeys: {
          fk_parent: {
            name: 'fk_parent',
            foreignKey: 'parentId',
            entity: 'Parent',
            entityKey: 'id',
          },
        },
      },
    );
    await Parent.create({id: 'Abc'});
    await Child.create({parentId: 'ABC'});
    const orphan = await failureOf(Child.create({parentId: 'x'}));
    assert.equal(orphan['code'], 'ER_NO_REFERENCED_ROW_2');
    const referred = await failureOf(Parent.destroyAll({id: 'abc'}));
    assert.equal(referred['code'], 'ER_ROW_IS_REFERENCED_2');
    assert.equal(
      referred.message,
      'Cannot delete or update a parent row: a foreign key constraint fails ' +
        '(`test`.`Child`, CONSTRAINT `fk_parent` FOREIGN KEY (`parentId`) ' +
        'REFERENCES `Parent` (`id`))',
    );
  });
});

describe('MariaDB ids', () => {
  it('go on after the greatest, and 0 is the next one', async () => {
    const City = cities();
    const ids: number[] = [];
    for (const id of [undefined, 10, undefined, 0, -5]) {
      ids.push((await City.create({id, title: 't'})).id);
    }
    assert.deepEqual(ids, [1, 10, 11, 12, -5]);
  });

  it('that are not generated have to be given', async () => {
    const {Model: Tag} = emulating('mariadb', {id: {type: String, id: true}});
    const failure = await failureOf(Tag.create({}));
    assert.equal(failure['code'], 'ER_NO_DEFAULT_FOR_FIELD');
    assert.equal(failure.message, "Field 'id' doesn't have a default value");
  });
});

describe('MariaDB upserts', () => {
  it('change the row that has the id, and what is named of it', async () => {
    const City = cities();
    await City.create({name: 'a', title: 'old'});
    assert.deepEqual((await City.upsert({id: 1, title: 'new'})).toJSON(), {
      id: 1,
      title: 'new',
      name: undefined,
    });
    assert.deepEqual(shown(await City.find()), [
      {id: 1, name: 'a', title: 'new'},
    ]);
  });

  it('take over a row by a unique key, and keep its id', async () => {
    const City = cities();
    await City.create({name: 'a', title: 'old'});
    const row = await City.upsert({id: 77, name: 'A', title: 'new'});
    assert.equal(row.id, 1);
    assert.deepEqual(shown(await City.find()), [
      {id: 1, name: 'A', title: 'new'},
    ]);
  });

  it('need what an insertion needs', async () => {
    const City = cities();
    await City.create({name: 'a', title: 'old'});
    const failure = await failureOf(City.upsert({id: 1, name: 'b'}));
    assert.equal(failure['code'], 'ER_NO_DEFAULT_FOR_FIELD');
  });
});

describe('MariaDB updates', () => {
  it('write something in the place of null, which is a hazard', async () => {
    const City = cities();
    await City.create({name: 'a', title: 't'});
    const failure = await failureOf(City.updateAll({}, {title: null}));
    assert.equal(failure['code'], 'EMULATION_HAZARD');
    assert.match(failure.message, /writes "null" in the place of null/);
    assert.equal((await City.findById(1)).title, 't');
  });

  it('write it with hazards: copy', async () => {
    const City = cities(copying);
    await City.create({name: 'a', title: 't'});
    await City.updateAll({}, {title: null});
    assert.equal((await City.findById(1)).title, 'null');
  });

  it('fail at the row that a value does not fit into', async () => {
    const City = cities();
    for (const name of 'abc') await City.create({name, title: 't'});
    const failure = await failureOf(
      City.updateAll({name: {gt: 'a'}}, {title: 'x'.repeat(513)}),
    );
    assert.equal(failure.message, "Data too long for column 'title' at row 2");
    assert.deepEqual(
      await City.updateAll({name: 'z'}, {title: 'x'.repeat(513)}),
      {count: 0},
    );
  });

  it('that set nothing fail with ER_PARSE_ERROR', async () => {
    const failure = await failureOf(cities().updateAll({name: 'a'}, {}));
    assert.equal(failure['code'], 'ER_PARSE_ERROR');
    assert.match(failure.message, /^You have an error in your SQL syntax/);
  });
});

describe('MariaDB transactions', () => {
  it('go on after a statement that has failed, and are committed', async () => {
    const City = cities();
    const transaction = await City.beginTransaction({});
    await City.create({name: 'a', title: 't'}, {transaction});
    await failureOf(City.create({name: 'A', title: 't'}, {transaction}));
    await City.create({name: 'b', title: 't'}, {transaction});
    await transaction.commit();
    assert.equal(await City.count(), 2);
  });
});

describe('MySQL errors', () => {
  it('name the table of a key, and clauses otherwise', async () => {
    const City = cities('mysql');
    await City.create({name: 'a', title: 't'});
    const failure = await failureOf(City.create({name: 'A', title: 't'}));
    assert.equal(failure.message, "Duplicate entry 'A' for key 'City.name'");
    const unknown = await failureOf(City.find({order: 'nmae'}));
    assert.equal(unknown.message, "Unknown column 'nmae' in 'order clause'");
  });
});
