import assert from 'node:assert/strict';
import {call} from '../support/connector/data-source';
import {
  id,
  migrate,
  type MigratingDataSource,
  openMigrating,
  planTexts,
  stored,
} from '../support/connector/migrating';

/** A datasource whose model M has rows for another definition. */
async function outdated(): Promise<MigratingDataSource> {
  const db = openMigrating();
  await db.define('M', {id, n: Number}).create([{n: 1}, {n: 2}]);
  db.define('M', {id, n: String});
  return db;
}

const converted = [
  {id: 1, n: '1'},
  {id: 2, n: '2'},
];

describe('autoupdate', () => {
  it('resolves when the tables are as they are declared', async () => {
    const db = await outdated();
    assert.equal(await db.autoupdate(), undefined);
    assert.deepEqual(stored(db), converted);
  });

  it('calls back with null alone, and later', async () => {
    const db = await outdated();
    let isLater = false;
    const words = new Promise(resolve => {
      db.autoupdate('M', (...all) => resolve([isLater, ...all]));
    });
    isLater = true;
    assert.deepEqual(await words, [true, null]);
    assert.deepEqual(stored(db), converted);
  });

  it('takes the callback alone', async () => {
    const db = await outdated();
    await new Promise(resolve => (db.autoupdate as any)(resolve));
    assert.deepEqual(stored(db), converted);
  });

  for (const names of ['M', ['M'], undefined]) {
    it(`takes ${JSON.stringify(names)} for models, with the connector itself too`, async () => {
      const {connector} = await outdated();
      const done = new Promise((resolve, reject) => {
        connector.autoupdate(names, error =>
          error ? reject(error) : resolve(undefined),
        );
      });
      await done;
      assert.equal(await connector.isActual(names), true);
    });
  }

  it('returns a promise where the connector is given no callback', async () => {
    const db = await outdated();
    await db.connector.autoupdate();
    assert.deepEqual(stored(db), converted);
  });

  it('changes the models that are named, and no others', async () => {
    const db = await outdated();
    await db.define('N', {id, n: Number}).create({n: 1});
    db.define('N', {id, n: String});
    await db.autoupdate('M');
    assert.deepEqual(stored(db), converted);
    assert.deepEqual(stored(db, 'N'), [{id: 1, n: 1}]);
    assert.deepEqual(planTexts(db), [
      'change type of N.n from number to string',
    ]);
  });

  it('takes a model that is named twice once', async () => {
    const db = await outdated();
    await db.autoupdate(['M', 'M']);
    assert.deepEqual(stored(db), converted);
  });

  it('changes nothing where nothing is to be changed', async () => {
    const db = await outdated();
    await migrate(db);
    const before = db.connector.database.head;
    await db.autoupdate();
    assert.equal(db.connector.database.head, before);
  });

  it('is done before statements that are called after it', async () => {
    const db = await outdated();
    const updated = db.autoupdate();
    const rows = db.getModel('M').find({where: {n: '2'}});
    await updated;
    assert.deepEqual(
      (await rows).map((row: {n: unknown}) => row.n),
      ['2'],
    );
  });

  it('succeeds where no model is defined', async () => {
    await openMigrating().autoupdate();
    assert.equal(await openMigrating().isActual(), true);
  });

  it('has a model that has no rows be actual', async () => {
    const db = openMigrating();
    db.define('M', {id});
    assert.deepEqual(planTexts(db), ['create table M']);
    await migrate(db);
  });
});

describe('isActual', () => {
  it('resolves to false until a change was migrated', async () => {
    const db = await outdated();
    assert.equal(await db.isActual(), false);
    assert.equal(await db.isActual('M'), false);
    await db.autoupdate();
    assert.equal(await db.isActual(['M']), true);
  });

  it('calls back with its answer', async () => {
    const db = await outdated();
    const words = await new Promise(resolve => {
      db.isActual('M', (...all) => resolve(all));
    });
    assert.deepEqual(words, [null, false]);
  });

  it('takes the callback alone', async () => {
    const db = await outdated();
    const words = await new Promise(resolve => {
      (db.isActual as any)((...all: unknown[]) => resolve(all));
    });
    assert.deepEqual(words, [null, false]);
  });

  it('is true of a table whose rows were written for what is declared', async () => {
    const db = openMigrating();
    await db.define('M', {id, n: Number}).create({n: 1});
    db.define('M', {n: Number, id});
    assert.equal(await db.isActual(), true);
  });
});

describe('planMigration', () => {
  it('has the steps as data and as text, and runs nothing', async () => {
    const db = await outdated();
    const before = db.connector.database.head;
    assert.deepEqual(db.connector.planMigration('M'), [
      {
        kind: 'change type',
        table: 'M',
        column: 'n',
        from: 'number',
        to: 'string',
        text: 'change type of M.n from number to string',
      },
    ]);
    assert.equal(db.connector.database.head, before);
  });

  it('counts the values that go with a column', async () => {
    const db = openMigrating();
    await db
      .define('M', {id, a: Number, b: Number})
      .create([{a: 1}, {a: 2, b: 0}, {a: null}]);
    db.define('M', {id});
    const steps = db.connector.planMigration();
    assert.deepEqual(
      steps.map(({rows, text}) => [rows, text]),
      [
        [2, 'drop column M.a, and 2 values with it'],
        [1, 'drop column M.b, and 1 value with it'],
      ],
    );
  });

  it('counts no values that every object has', async () => {
    const db = openMigrating();
    db.define('M', {id, valueOf: Number});
    await call(db.connector, 'create', 'M', {id: 1});
    db.define('M', {id});
    const [step] = db.connector.planMigration();
    assert.equal(step?.text, 'drop column M.valueOf, and 0 values with it');
  });

  it('calls no function that makes a default', async () => {
    const db = openMigrating();
    await db.define('M', {id}).create({});
    let isTold = false;
    const fail = (): number => {
      if (isTold) throw new Error('not now');
      return 1;
    };
    db.define('M', {id, n: {type: Number, required: true, default: fail}});
    isTold = true;
    assert.equal(db.connector.planMigration().length, 2);
    const before = db.connector.database.head;
    await assert.rejects(db.autoupdate(), {
      code: 'INVALID_VALUE',
      message:
        'The values by default of M could not be made, and nothing was ' +
        'changed: not now',
    });
    assert.equal(db.connector.database.head, before);
  });

  it('is empty where nothing is to be done', async () => {
    const db = await outdated();
    await db.autoupdate();
    assert.deepEqual(db.connector.planMigration(), []);
  });
});

describe('automigrate', () => {
  it('leaves tables that are actual', async () => {
    const db = await outdated();
    await db.automigrate();
    assert.deepEqual(stored(db), []);
    assert.deepEqual(planTexts(db), []);
  });

  it('calls back with null alone', async () => {
    const db = await outdated();
    const words = await new Promise(resolve => {
      db.automigrate('M', (...all) => resolve(all));
    });
    assert.deepEqual(words, [null]);
  });
});

describe('A model that the datasource does not have', () => {
  const message =
    'Cannot migrate models not attached to this datasource: Nope Other';

  for (const method of ['autoupdate', 'automigrate', 'isActual'] as const) {
    it(`is refused by ${method} of the datasource, and nothing is changed`, async () => {
      const db = await outdated();
      const before = db.connector.database.head;
      await assert.rejects(db[method](['M', 'Nope', 'Other']), {message});
      assert.equal(db.connector.database.head, before);
    });

    it(`is refused by ${method} of the connector, with a code`, async () => {
      const db = await outdated();
      const refused = {code: 'UNKNOWN_MODEL', message};
      const names = ['M', 'Nope', 'Other'];
      await assert.rejects(async () => db.connector[method](names), refused);
      const told = new Promise((_resolve, reject) => {
        (db.connector as any)[method](names, reject);
      });
      await assert.rejects(told, refused);
    });

    it(`is refused by ${method} by its one name`, async () => {
      const db = await outdated();
      await assert.rejects(db[method]('Nope'), {
        message: 'Cannot migrate models not attached to this datasource: Nope',
      });
    });

    it(`is refused by ${method} once it was detached`, async () => {
      const db = await outdated();
      (db as any).deleteModelByName('M');
      await assert.rejects(db[method]('M'), {
        message: 'Cannot migrate models not attached to this datasource: M',
      });
      // All others are those that are attached.
      await db[method]();
    });

    it(`is refused by ${method} where it is on another datasource`, async () => {
      const db = await outdated();
      const other = openMigrating();
      other.define('Elsewhere', {id});
      await assert.rejects(db[method]('Elsewhere'), /Elsewhere$/);
    });
  }

  it('is refused by planMigration', async () => {
    const {connector} = await outdated();
    const names = ['M', 'Nope', 'Other'];
    assert.throws(() => connector.planMigration(names), {
      code: 'UNKNOWN_MODEL',
      message,
    });
  });
});
