import assert from 'node:assert/strict';
import {Files, rowsOf} from '../support/connector/files';
import type {Model, TestDataSource} from '../support/connector/data-source';

const plain = {
  id: {type: Number, id: true},
  name: {type: String, index: {unique: true}},
  since: {type: Date},
};

const named = {
  id: {...plain.id, postgresql: {columnName: 'customer_id'}},
  name: {...plain.name, postgresql: {columnName: 'full_name'}},
  since: plain.since,
};

const settings = {postgresql: {schema: 'public', table: 'customers'}};

type Migrating = TestDataSource & {
  autoupdate(): Promise<void>;
  isActual(): Promise<boolean>;
};

function define(
  dataSource: TestDataSource,
  properties: object = named,
  own: object = settings,
): Model {
  return dataSource.define('Customer', properties, own);
}

const ann = {id: 1, name: 'Ann', since: new Date(0)};
const bob = {id: 2, name: 'Bob', since: new Date(1)};

describe('the file of a model with names of its own', () => {
  let files: Files;

  beforeEach(() => {
    files = new Files();
  });

  afterEach(() => files.remove());

  it('has rows under the names of the table and its columns', async () => {
    await files.with(db => define(db).create(ann));
    assert.deepEqual(files.rows('customers'), [
      {customer_id: 1, full_name: 'Ann', since: ann.since.toISOString()},
    ]);
    assert.deepEqual(files.rows('Customer'), []);
  });

  it('has the same rows when it is opened again', async () => {
    await files.with(db => define(db).create([ann, bob]));
    await files.with(async db => {
      assert.deepEqual(await rowsOf(define(db)), [ann, bob]);
    });
  });

  it('has the rows after the end of a process without a checkpoint', async () => {
    const db = await files.open({checkpoint: {idleMs: 60_000}});
    await define(db).create([ann, bob]);
    files.copy('db.json.journal', 'copy.json.journal');
    const copy = await files.open({}, 'copy.json');
    assert.deepEqual(await rowsOf(define(copy)), [ann, bob]);
  });

  /** Files in which the rows stand under the names of model and properties. */
  const before: Record<string, () => Promise<void>> = {
    'that was written by hand': async () => {
      files.write({
        ids: {Customer: 3},
        models: {
          Customer: {
            1: JSON.stringify(ann),
            2: JSON.stringify(bob),
          },
        },
      });
    },
    'of the time before it had any': () =>
      files.with(async db => {
        const Customer = define(db, plain, {});
        await Customer.create([ann, bob]);
      }),
    'that was migrated before it had any': () =>
      files.with(async db => {
        const Customer = define(db, plain, {});
        await (db as Migrating).autoupdate();
        await Customer.create([ann, bob]);
      }),
  };

  for (const [which, write] of Object.entries(before)) {
    describe(which, () => {
      beforeEach(write);

      it('is never taken for an empty one', async () => {
        const db = await files.open();
        const Customer = define(db);
        for (const work of [
          () => Customer.find(),
          () => Customer.count(),
          () => Customer.create({name: 'Cid'}),
        ]) {
          await assert.rejects(work(), {
            code: 'INVALID_MODEL',
            message:
              /customers cannot be used: .*they stand in the table "Customer", and the model names the table "customers"\.\) Run autoupdate/,
          });
        }
        await db.disconnect();
        assert.equal(files.rows('Customer').length, 2);
      });

      it('has the rows under the new names after autoupdate', async () => {
        const db = (await files.open()) as Migrating;
        const Customer = define(db);
        assert.equal(await db.isActual(), false);
        await db.autoupdate();
        assert.equal(await db.isActual(), true);
        assert.deepEqual(await rowsOf(Customer), [ann, bob]);
        const {id} = await Customer.create({name: 'Cid'});
        assert.equal(id, 3);
        await assert.rejects(Customer.create({name: 'Ann'}), {
          code: 'DUPLICATE_KEY',
        });
        await db.disconnect();
        assert.deepEqual(
          files.rows('customers').map(row => row['full_name']),
          ['Ann', 'Bob', 'Cid'],
        );
        assert.deepEqual(files.rows('Customer'), []);
        await files.with(async again => {
          const rows = await rowsOf(define(again), {where: {name: 'Ann'}});
          assert.deepEqual(rows, [ann]);
        });
      });

      it('tells in the plan of autoupdate what gets another name', async () => {
        const db = await files.open();
        define(db);
        const texts = db.connector
          .planMigration()
          .map(({text}) => text)
          .join('\n');
        assert.match(texts, /^rename column name to customers\.full_name$/m);
        assert.match(texts, /^rename column id to customers\.customer_id$/m);
      });

      it('may go on as it is, with memory: {collection}', async () => {
        const db = await files.open();
        const own = {...settings, memory: {collection: 'Customer'}};
        assert.deepEqual(await rowsOf(define(db, named, own)), [ann, bob]);
      });

      it('has an empty table after automigrate, and the former rows', async () => {
        const db = await files.open();
        const Customer = define(db);
        await db.automigrate();
        assert.deepEqual(await rowsOf(Customer), []);
        await Customer.create({name: 'Cid'});
        await db.disconnect();
        assert.equal(files.rows('Customer').length, 2);
        await files.with(async again => {
          const [cid] = await rowsOf(define(again));
          assert.equal(cid.name, 'Cid');
        });
      });

      it('is refused where only columns have other names', async () => {
        const db = (await files.open()) as Migrating;
        const Customer = define(db, named, {});
        await assert.rejects(Customer.find(), {
          code: 'INVALID_MODEL',
          message:
            /Customer cannot be used: .*its rows have "(?:id|name)", and the model names the column "(?:customer_id|full_name)"\.\) Run autoupdate/,
        });
        await db.autoupdate();
        assert.deepEqual(await rowsOf(Customer), [ann, bob]);
      });
    });
  }

  it('is not asked for rows of a table that another model has', async () => {
    await files.with(db => define(db, plain, {}).create(ann));
    const db = await files.open();
    const other = {memory: {collection: 'Customer'}};
    const Old: Model = db.define('Old', plain, other);
    const Customer = define(db);
    assert.deepEqual(await rowsOf(Customer), []);
    assert.deepEqual(await rowsOf(Old), [ann]);
  });

  it('gets one more name by autoupdate', async () => {
    await files.with(db => define(db).create([ann, bob]));
    const since = {type: Date, postgresql: {columnName: 'member_since'}};
    const db = (await files.open()) as Migrating;
    const Customer = define(db, {...named, since});
    await assert.rejects(Customer.find(), {code: 'INVALID_MODEL'});
    await db.autoupdate();
    assert.deepEqual(await rowsOf(Customer), [ann, bob]);
  });

  it('lists rows in the way of a migration by properties', async () => {
    await files.with(db => define(db, plain, {}).create([ann, bob, {id: 3}]));
    const db = (await files.open()) as Migrating;
    define(db, {...named, name: {...named.name, required: true}});
    await assert.rejects(db.autoupdate(), {
      code: 'MIGRATION_REFUSED',
      message: /- customers 3, name: customers\.name cannot be/,
    });
  });
});
