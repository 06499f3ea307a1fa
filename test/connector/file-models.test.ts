import assert from 'node:assert/strict';
import {Files, properties, rowsOf} from '../support/connector/files';

let files: Files;

beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

/** Puts the files of a live datasource where a killed one would leave them. */
function leaveAsAfterKill(name: string): void {
  for (const suffix of ['', '.journal']) {
    files.copy(`db.json${suffix}`, `${name}${suffix}`);
  }
}

const never = {checkpoint: {idleMs: 60_000}};

describe('a data file and the models of the application', () => {
  it('gives its rows to a model that is defined later', async () => {
    await files.with(db => db.define('M', properties).create({n: 1}));
    await files.with(async db => {
      await db.define('Other', properties).create({n: 2});
      const M = db.define('M', properties);
      assert.deepEqual(await rowsOf(M), [{id: 1, n: 1}]);
      assert.equal((await M.create({n: 3})).id, 2);
    });
    assert.equal(files.rows('M').length, 2);
    assert.equal(files.rows('Other').length, 1);
  });

  it('keeps the rows of models that the application has not', async () => {
    const at = new Date(5);
    await files.with(db =>
      db.define('Gone', {...properties, at: Date}).create([{at}, {n: 2}]),
    );
    await files.with(db => db.define('M', properties).create({n: 1}));
    await files.with(async db => {
      const Gone = db.define('Gone', {...properties, at: Date});
      assert.deepEqual((await Gone.findById(1)).at, at);
      assert.equal((await Gone.create({})).id, 3);
    });
  });

  it('keeps them when the journal has commits of them, too', async () => {
    await files.with(db =>
      db.define('Gone', properties).create([{n: 1}, {n: 2}, {n: 3}]),
    );
    const owner = await files.open(never);
    const Gone = owner.define('Gone', properties);
    await Gone.destroyById(3);
    await Gone.updateAll({n: 1}, {n: 10});
    await Gone.create({n: 4});
    const Fresh = owner.define('Fresh', {
      a: {type: Number, id: 1},
      b: {type: String, id: 2},
    });
    await Fresh.create([
      {a: 1, b: 'x'},
      {a: 1, b: 'y'},
    ]);
    const Hidden = owner.define('Hidden', {n: Number}, {idInjection: false});
    await Hidden.create([{n: 5}, {n: 6}]);
    leaveAsAfterKill('left.json');
    for (const _ of [1, 2]) {
      const db = await files.open({}, 'left.json');
      await db.define('M', properties).create({});
      await db.disconnect();
    }
    assert.deepEqual(files.rows('Gone', 'left.json'), [
      {id: 1, n: 10},
      {id: 2, n: 2},
      {id: 4, n: 4},
    ]);
    assert.equal(files.rows('Fresh', 'left.json').length, 2);
    assert.deepEqual(files.rows('Hidden', 'left.json'), [{n: 5}, {n: 6}]);
    assert.deepEqual(files.json('left.json').ids, {
      Fresh: 2,
      Gone: 5,
      Hidden: 3,
      M: 3,
    });
  });

  it('takes rows that were written by hand', async () => {
    files.write({
      models: {
        M: {
          1: JSON.stringify({n: '5'}),
          2: JSON.stringify({id: '2', n: 6}),
          7: JSON.stringify({id: 7}),
        },
      },
    });
    const define = {id: {type: Number, id: true}, n: Number};
    await files.with(async db => {
      const M = db.define('M', define);
      assert.deepEqual(await rowsOf(M, {where: {n: {gt: 4}}}), [
        {id: 1, n: 5},
        {id: 2, n: 6},
      ]);
      assert.equal((await M.create({})).id, 8);
    });
  });

  it('knows rows written by hand again in the journal', async () => {
    files.write({
      models: {
        M: {1: '{"n":1}', 2: '{"id":"2","n":2}', 3: '{"id":3,"n":3}'},
      },
    });
    const owner = await files.open(never);
    const M = owner.define('M', properties);
    await M.destroyAll({n: {inq: [1, 3]}});
    await M.updateAll({id: 2}, {n: 20});
    leaveAsAfterKill('left.json');
    const db = await files.open({}, 'left.json');
    assert.deepEqual(await rowsOf(db.define('M', properties)), [
      {id: 2, n: 20},
    ]);
  });

  it('lets two models live on one collection', async () => {
    const settings = {memory: {collection: 'Things'}};
    await files.with(async db => {
      await db.define('A', properties, settings).create({n: 1});
      await db.define('B', properties, settings).create({n: 2});
    });
    assert.equal(files.rows('Things').length, 2);
    await files.with(async db => {
      assert.equal(await db.define('B', properties, settings).count(), 2);
    });
  });

  it('keeps the rows when a model is defined differently', async () => {
    await files.with(db =>
      db
        .define('M', {...properties, old: String})
        .create({n: 1, old: 'a', text: '5'}),
    );
    await files.with(async db => {
      const M = db.define('M', {
        id: {type: String, id: true},
        n: {type: String, index: true},
        added: Number,
      });
      assert.equal((await M.findOne({where: {n: '1'}})).id, '1');
      await M.create({id: 'x', n: '2', added: 3});
    });
    assert.deepEqual(files.rows('M'), [
      {id: '1', n: '1', old: 'a', text: '5'},
      {id: 'x', n: '2', added: 3},
    ]);
  });

  it('reaches automigrate', async () => {
    await files.with(async db => {
      const M = db.define('M', properties);
      await M.create({n: 1});
      await db.automigrate('M');
      await M.create({n: 2});
    });
    assert.deepEqual(files.rows('M'), [{id: 1, n: 2}]);
  });

  it('reaches automigrate before a kill, too', async () => {
    await files.with(db => db.define('M', properties).create([{}, {}]));
    const owner = await files.open(never);
    owner.define('M', properties);
    await owner.automigrate();
    leaveAsAfterKill('left.json');
    const db = await files.open({}, 'left.json');
    const M = db.define('M', properties);
    assert.equal(await M.count(), 0);
    assert.equal((await M.create({})).id, 1);
  });
});

describe('the rules of models over a data file', () => {
  it('have their indexes, which answer queries', async () => {
    const indexed = {...properties, n: {type: Number, index: true}};
    await files.with(db => db.define('M', indexed).create([{n: 1}, {n: 2}]));
    await files.with(async db => {
      const M = db.define('M', indexed);
      const plan = db.connector.explain('M', {where: {n: 2}});
      assert.deepEqual(plan.indexes, ['n_index']);
      assert.equal((await M.findOne({where: {n: 2}})).id, 2);
      assert.deepEqual(db.connector.database.verify(), []);
    });
  });

  it('hold for new rows', async () => {
    const unique = {...properties, n: {type: Number, index: {unique: true}}};
    await files.with(db => db.define('M', unique).create({n: 1}));
    await files.with(async db => {
      await assert.rejects(db.define('M', unique).create({n: 1}), {
        code: 'DUPLICATE_KEY',
      });
    });
  });

  for (const [what, changed, message] of [
    [
      'a unique index',
      {...properties, n: {type: Number, index: {unique: true}}},
      /n.*5/,
    ],
    [
      'a required property',
      {...properties, text: {type: String, required: true}},
      /M\.text/,
    ],
    [
      'a limit',
      {...properties, n: {type: Number, jsonSchema: {maximum: 4}}},
      /5/,
    ],
    [
      'other ids',
      {...properties, id: Number, n: {type: Number, id: true}},
      /5/,
    ],
  ] as const) {
    it(`that the rows contradict, ${what}, are reported; nothing is lost`, async () => {
      await files.with(db =>
        db.define('M', properties).create([{n: 5}, {n: 5}]),
      );
      const before = files.text();
      await files.with(async db => {
        const M = db.define('M', changed);
        await assert.rejects(M.count(), ({code, message: text}) => {
          assert.equal(code, 'INVALID_MODEL');
          assert.match(text, message);
          assert.match(text, /M cannot be used.*automigrate/);
          return true;
        });
        await assert.rejects(M.create({n: 1, text: 'x'}), {
          code: 'INVALID_MODEL',
        });
        await db.define('Other', properties).create({});
      });
      assert.equal(
        JSON.stringify(files.json().models['M']),
        JSON.stringify(JSON.parse(before).models.M),
      );
      await files.with(async db => {
        assert.equal(await db.define('M', properties).count(), 2);
      });
    });
  }

  it('that the rows contradict hold after automigrate', async () => {
    await files.with(db => db.define('M', properties).create([{}, {n: 5}]));
    const lines = {a: {type: Number, id: 1}, b: {type: String, id: 2}};
    const owner = await files.open(never);
    const M = owner.define('M', lines);
    await assert.rejects(M.count(), {code: 'INVALID_MODEL'});
    await owner.automigrate('M');
    await M.create([
      {a: 1, b: 'x'},
      {a: 1, b: 'y'},
    ]);
    await M.destroyAll({b: 'x'});
    leaveAsAfterKill('left.json');
    for (const name of ['db.json', 'left.json']) {
      await files.disconnect();
      const db = await files.open(never, name);
      assert.deepEqual(await rowsOf(db.define('M', lines)), [{a: 1, b: 'y'}]);
    }
  });

  const child = {
    id: {type: Number, id: true},
    parentId: Number,
  };
  const foreignKeys = {
    foreignKeys: {
      toParent: {
        name: 'toParent',
        entity: 'Parent',
        entityKey: 'id',
        foreignKey: 'parentId',
      },
    },
  };

  for (const order of ['before', 'after'] as const) {
    it(`hold between tables, the parent declared ${order} the child`, async () => {
      const names =
        order === 'before' ? ['Parent', 'Child'] : ['Child', 'Parent'];
      const both = [1, 2].map(
        () => async (isNew: boolean) =>
          files.with(async db => {
            for (const name of names) {
              if (name === 'Parent') db.define('Parent', properties);
              else db.define('Child', child, foreignKeys);
            }
            const {Parent, Child} = (db as any).models;
            if (isNew) {
              await Parent.create({id: 1});
              await Child.create({parentId: 1});
            }
            await assert.rejects(Child.create({parentId: 9}), {
              code: 'FOREIGN_KEY_VIOLATION',
            });
            await assert.rejects(Parent.destroyById(1), {
              code: 'FOREIGN_KEY_VIOLATION',
            });
            assert.equal(await Child.count(), 1);
          }),
      );
      await both[0]!(true);
      await both[1]!(false);
    });
  }

  it('between tables are reported where a parent is missing', async () => {
    files.write({models: {Child: {1: '{"id":1,"parentId":9}'}, Parent: {}}});
    await files.with(async db => {
      const Child = db.define('Child', child, foreignKeys);
      db.define('Parent', properties);
      await assert.rejects(Child.count(), {
        code: 'INVALID_MODEL',
        message: /parentId.*9/,
      });
    });
    assert.equal(files.rows('Child').length, 1);
  });
});
