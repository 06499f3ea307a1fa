import assert from 'node:assert/strict';
import {Files} from '../support/connector/files';
import {
  assertRefused,
  id,
  migrate,
  type MigratingDataSource,
  planTexts,
  refusalOf,
  stored,
  withFile,
} from '../support/connector/migrating';

/** Defines models. */
type Define = (db: MigratingDataSource) => unknown;

describe('A migration of a file', () => {
  let files: Files;

  beforeEach(() => {
    files = new Files();
  });

  afterEach(() => files.remove());

  /** Opens the file, as an application with these models. */
  function opened<T>(
    define: Define,
    run: (db: MigratingDataSource) => Promise<T>,
    settings: object = {},
  ): Promise<T> {
    return withFile(
      files,
      async db => {
        define(db);
        // The file is read when a model is declared.
        return run(db);
      },
      settings,
    );
  }

  const before: Define = db => db.define('M', {id, n: Number});
  const after: Define = db => db.define('M', {id, n: String});

  /** Begins the file with the rows 1 and 2. */
  const begin = (define: Define = before) =>
    opened(define, db => db.getModel('M').createAll([{n: 1}, {n: 2}]));

  const isMigrated = async (db: MigratingDataSource): Promise<void> => {
    assert.deepEqual(planTexts(db), []);
    assert.equal(await db.isActual(), true);
    assert.deepEqual(stored(db), [
      {id: 1, n: '1'},
      {id: 2, n: '2'},
    ]);
  };

  it('is asked for when the models have changed since it was written', async () => {
    await begin();
    await opened(before, async db => {
      assert.equal(await db.isActual(), true);
    });
    await opened(after, async db => {
      assert.equal(await db.isActual(), false);
      assert.deepEqual(planTexts(db), [
        'change type of M.n from number to string',
      ]);
    });
    // What was only looked at is as it was.
    await opened(before, async db => {
      assert.equal(await db.isActual(), true);
    });
  });

  it('is there when the file is opened again', async () => {
    await begin();
    await opened(after, migrate);
    await opened(after, isMigrated);
  });

  it('is there when the process ended without closing the file', async () => {
    await begin();
    const db = (await files.open()) as MigratingDataSource;
    after(db);
    await migrate(db);
    files.copy('db.json', 'copy.json');
    files.copy('db.json.journal', 'copy.json.journal');
    const copy = (await files.open({}, 'copy.json')) as MigratingDataSource;
    after(copy);
    await isMigrated(copy);
  });

  it('has rows written that were converted when they were read', async () => {
    const dated: Define = db => db.define('M', {id, n: Date});
    await opened(dated, db => db.getModel('M').create({n: new Date(5)}));
    const db = (await files.open()) as MigratingDataSource;
    before(db);
    await migrate(db);
    files.copy('db.json', 'copy.json');
    files.copy('db.json.journal', 'copy.json.journal');
    const copy = (await files.open({}, 'copy.json')) as MigratingDataSource;
    before(copy);
    assert.deepEqual(stored(copy), [{id: 1, n: 5}]);
  });

  it('finds texts that stand for numbers as they were written', async () => {
    await opened(after, db =>
      db.getModel('M').createAll([{n: '007'}, {n: '8'}]),
    );
    const values = (db: MigratingDataSource) =>
      stored(db).map((row: any) => row.n);
    await opened(before, async db => {
      assert.deepEqual(values(db), ['007', 8]);
      await db.getModel('M').create({n: 9});
    });
    await opened(after, async db => {
      assert.deepEqual(values(db), ['007', '8', '9']);
    });
  });

  it('that cannot be begun leaves the rows to the former model', async () => {
    const flags: Define = db =>
      db.define('M', {id, n: {type: Boolean, index: {unique: true}}});
    await opened(before, db =>
      db.getModel('M').createAll([{n: 1}, {n: 1}, {n: 0}]),
    );
    await opened(flags, async db => {
      assert.equal((await refusalOf(db.autoupdate())).count, 1);
      before(db);
      assert.equal(await db.isActual(), true);
      assert.deepEqual(
        stored(db).map((row: any) => row.n),
        [1, 1, 0],
      );
    });
  });

  it('can be gone back by another', async () => {
    await begin();
    await opened(after, migrate);
    await opened(before, async db => {
      await migrate(db);
      assert.deepEqual(stored(db), [
        {id: 1, n: 1},
        {id: 2, n: 2},
      ]);
    });
  });

  it('makes up no ids for rows that have none under the new name', async () => {
    await begin();
    await opened(
      db => db.define('M', {code: {type: String, id: true}, n: Number}),
      async db => {
        await assertRefused(db, [
          'M 1 code: it becomes the id, and has no value',
          'M 2 code: it becomes the id, and has no value',
        ]);
      },
    );
  });

  for (const ids of [
    ['a', 'b', 'c'],
    [2, 3, 4],
  ]) {
    const key = {type: typeof ids[0], id: true};
    const withId: Define = db => db.define('M', {key, n: Number});
    const without: Define = db =>
      db.define('M', {key: key.type, n: Number}, {idInjection: false});

    /** Changes rows of a table that has no ids any more, and ends without closing. */
    const change = async (db: MigratingDataSource): Promise<object[]> => {
      const M = db.getModel('M');
      await M.create({key: ids[0], n: 3});
      await M.updateAll({n: 0}, {n: 5});
      await M.deleteAll({n: 1});
      for (const name of ['db.json', 'db.json.journal']) {
        if (files.has(name)) files.copy(name, name.replace('db', 'copy'));
      }
      return stored(db);
    };

    const assertCopied = async (
      rows: readonly object[],
      isActual = true,
    ): Promise<void> => {
      const copy = (await files.open({}, 'copy.json')) as MigratingDataSource;
      without(copy);
      assert.deepEqual(stored(copy), rows);
      assert.equal(rows.length, 3);
      assert.equal(await copy.isActual(), isActual);
    };

    const rowsBefore = ids.map((id, n) => ({key: id, n}));

    it(`takes ids such as ${ids[0]} away, and is there after a crash`, async () => {
      await opened(withId, db => db.getModel('M').createAll(rowsBefore));
      const db = (await files.open()) as MigratingDataSource;
      without(db);
      await migrate(db);
      await assertCopied(await change(db));
    });

    for (const isMigrated of [true, false]) {
      it(`takes ids such as ${ids[0]} away at work, ${isMigrated ? '' : 'not '}migrated, and is there after a crash`, async () => {
        const db = (await files.open()) as MigratingDataSource;
        withId(db);
        await db.getModel('M').createAll(rowsBefore);
        without(db);
        if (isMigrated) await migrate(db);
        await assertCopied(await change(db), isMigrated);
      });
    }
  }

  it('takes rows that came by a model without the ids of those before', async () => {
    const key = {type: String, id: true};
    await opened(
      db => db.define('M', {key, n: Number}),
      db => db.getModel('M').create({key: 'a', n: 1}),
    );
    await opened(
      db => db.define('M', {key: String, n: Number}, {idInjection: false}),
      db => db.getModel('M').create({key: 'a', n: 2}),
    );
    const next = {key: String, n: {type: Number, id: true}};
    await opened(
      db => db.define('New', next, {memory: {renamedFrom: 'M'}}),
      async db => {
        await migrate(db);
        assert.deepEqual(stored(db, 'New'), [
          {key: 'a', n: 1},
          {key: 'a', n: 2},
        ]);
      },
    );
  });

  it('that is refused leaves the file as it was', async () => {
    await opened(before, db => db.getModel('M').create({n: 1.5}));
    const text = files.text();
    await opened(
      db => db.define('M', {id, n: Date}),
      async db => {
        await assertRefused(db, [
          'M 1 n: 1.5 does not convert to date exactly',
        ]);
      },
    );
    assert.equal(files.text(), text);
  });

  it('waits for the file to be opened', async () => {
    await begin();
    const db = files.make() as MigratingDataSource;
    after(db);
    assert.equal(await db.isActual(), false);
    await db.disconnect();
    const other = files.make() as MigratingDataSource;
    after(other);
    await other.autoupdate();
    await isMigrated(other);
  });

  it('is refused of one that is read only, which still tells the plan', async () => {
    await begin();
    const text = files.text();
    await opened(
      after,
      async db => {
        assert.deepEqual(planTexts(db), [
          'change type of M.n from number to string',
        ]);
        await assert.rejects(db.autoupdate(), {code: 'READ_ONLY'});
        await assert.rejects(db.automigrate(), {code: 'READ_ONLY'});
        assert.equal(await db.isActual(), false);
      },
      {readOnly: true},
    );
    assert.equal(files.text(), text);
  });

  it('changes nothing of one that is read only and actual', async () => {
    await begin();
    await opened(before, db => db.autoupdate(), {readOnly: true});
  });

  it('leaves rows and schemas of models that there are no more', async () => {
    await opened(
      db => {
        before(db);
        db.define('Gone', {id, at: Date});
      },
      async db => {
        await db.getModel('M').createAll([{n: 1}, {n: 2}]);
        await db.getModel('Gone').create({at: new Date(5)});
      },
    );
    const {Gone} = files.json()['schemas'] as Record<string, unknown>;
    await opened(after, migrate);
    assert.deepEqual(
      (files.json()['schemas'] as Record<string, unknown>)['Gone'],
      Gone,
    );
    await opened(
      db => db.define('Gone', {id, at: Date}),
      async db => {
        assert.deepEqual(stored(db, 'Gone'), [{id: 1, at: new Date(5)}]);
        assert.equal(await db.isActual(), true);
      },
    );
  });

  it('has the file say for which schema its rows are', async () => {
    await begin();
    await opened(after, migrate);
    const {M} = files.json()['schemas'] as Record<string, {columns: object}>;
    assert.deepEqual(M!.columns, {id: 'number', n: 'string'});
  });

  it('takes a file without schemas for one of what is declared', async () => {
    files.write({ids: {M: 3}, models: {M: {1: '{"n":1,"id":1}'}}});
    await opened(before, async db => {
      assert.equal(await db.isActual(), true);
      await db.autoupdate();
    });
  });

  it('renames columns in a file without schemas, where rows have the former name', async () => {
    files.write({
      ids: {M: 3},
      models: {M: {1: '{"n":1,"id":1}', 2: '{"id":2}'}},
    });
    await opened(
      db => db.define('M', {id, m: {type: Number, memory: {renamedFrom: 'n'}}}),
      async db => {
        await assert.rejects(db.getModel('M').find(), {
          code: 'INVALID_MODEL',
          message: /its rows have "n", and the model names the column "m"/,
        });
        assert.equal(await db.isActual(), false);
        assert.equal(planTexts(db).at(-1), 'rename column n to M.m');
        await migrate(db);
        assert.deepEqual(stored(db), [{m: 1, id: 1}, {id: 2}]);
      },
    );
  });

  describe('with ids of another type', () => {
    const withId =
      (type: unknown): Define =>
      db =>
        db.define('M', {id: {type, id: true}, n: Number});

    /** What a kill would leave of the file now, opened under a definition. */
    async function afterKill(
      define: Define,
      name: string,
    ): Promise<readonly object[]> {
      for (const suffix of ['', '.journal']) {
        files.copy(`db.json${suffix}`, `${name}${suffix}`);
      }
      const db = (await files.open({}, name)) as MigratingDataSource;
      define(db);
      return stored(db);
    }

    it('brings no row back that was deleted before it', async () => {
      await begin();
      const db = (await files.open()) as MigratingDataSource;
      before(db);
      await db.getModel('M').deleteById(2);
      withId(String)(db);
      await migrate(db);
      const left = [{id: '1', n: 1}];
      assert.deepEqual(stored(db), left);
      assert.deepEqual(await afterKill(withId(String), 'a.json'), left);
    });

    for (const type of [Number, String]) {
      it(`knows what was changed without one, read as ${type.name}`, async () => {
        await begin();
        const db = (await files.open()) as MigratingDataSource;
        withId(String)(db);
        await db.getModel('M').deleteById('2');
        await db.getModel('M').updateAll({id: '1'}, {n: 5});
        const left = [{id: type(1), n: 5}];
        assert.deepEqual(await afterKill(withId(type), 'a.json'), left);
      });
    }
  });

  describe('that renames a table', () => {
    const renamed =
      (properties: object = {id, n: Number}, from = 'M'): Define =>
      db =>
        db.define('New', properties, {memory: {renamedFrom: from}});

    it('has its rows, and goes on with its ids', async () => {
      await opened(before, async db => {
        await db.getModel('M').createAll([{n: 1}, {n: 2}, {n: 3}]);
        await db.getModel('M').deleteById(3);
      });
      await opened(renamed(), async db => {
        assert.deepEqual(planTexts(db), ['rename table M to New']);
        await migrate(db);
        assert.equal((await db.getModel('New').create({n: 4})).id, 4);
      });
      assert.deepEqual(Object.keys(files.json().models), ['New']);
      await opened(renamed(), async db => {
        assert.deepEqual(stored(db, 'New'), [
          {id: 1, n: 1},
          {id: 2, n: 2},
          {id: 4, n: 4},
        ]);
        assert.equal(await db.isActual(), true);
      });
    });

    for (const rest of [3, 0]) {
      it(`goes on with its ids after a crash, with ${rest} rows left of four`, async () => {
        await opened(before, async db => {
          const M = db.getModel('M');
          await M.createAll([{n: 1}, {n: 2}, {n: 3}, {n: 4}]);
          await M.deleteAll({id: {gt: rest}});
        });
        const db = (await files.open()) as MigratingDataSource;
        renamed()(db);
        await migrate(db);
        files.copy('db.json', 'copy.json');
        files.copy('db.json.journal', 'copy.json.journal');
        const copy = (await files.open({}, 'copy.json')) as MigratingDataSource;
        renamed()(copy);
        assert.equal((await copy.getModel('New').create({n: 5})).id, 5);
      });
    }

    it('is there when the process ended without closing the file', async () => {
      await begin();
      const db = (await files.open()) as MigratingDataSource;
      renamed()(db);
      await migrate(db);
      files.copy('db.json', 'copy.json');
      files.copy('db.json.journal', 'copy.json.journal');
      const copy = (await files.open({}, 'copy.json')) as MigratingDataSource;
      renamed()(copy);
      before(copy);
      assert.equal(stored(copy, 'New').length, 2);
      assert.deepEqual(stored(copy), []);
    });

    it('can change it in other ways as well', async () => {
      await begin();
      await opened(
        renamed({
          key: {type: String, id: true, memory: {renamedFrom: 'id'}},
          n: Date,
          m: {type: Number, default: 0, memory: {backfill: true}},
        }),
        async db => {
          await migrate(db);
          assert.deepEqual(stored(db, 'New'), [
            {key: '1', n: new Date(1), m: 0},
            {key: '2', n: new Date(2), m: 0},
          ]);
        },
      );
    });

    it('finds rows by an id of another name, and by several', async () => {
      const coded: Define = db => {
        db.define('M', {code: {type: String, id: true}, n: Number});
      };
      await opened(coded, db => db.getModel('M').create({code: 'a', n: 1}));
      await opened(
        renamed({code: {type: String, id: true}, n: Number}),
        async db => {
          await migrate(db);
          assert.deepEqual(stored(db, 'New'), [{code: 'a', n: 1}]);
        },
      );
      const pair = {a: {type: Number, id: 1}, b: {type: String, id: 2}};
      await opened(
        db => db.define('Pair', pair),
        db => db.getModel('Pair').create({a: 1, b: 'x'}),
      );
      await opened(
        db => db.define('Two', pair, {memory: {renamedFrom: 'Pair'}}),
        async db => {
          await migrate(db);
          assert.deepEqual(stored(db, 'Two'), [{a: 1, b: 'x'}]);
        },
      );
    });

    it('keeps the order of rows without ids', async () => {
      const bare = {idInjection: false};
      await opened(
        db => db.define('M', {n: Number}, bare),
        db => db.getModel('M').createAll([{n: 1}, {n: 2}]),
      );
      await opened(
        db =>
          db.define('New', {n: String}, {...bare, memory: {renamedFrom: 'M'}}),
        async db => {
          await migrate(db);
          await db.getModel('New').create({n: '3'});
        },
      );
      assert.deepEqual(
        files.rows('New').map(({n}) => n),
        ['1', '2', '3'],
      );
    });

    it('reads rows of a file without schemas as of what is declared', async () => {
      files.write({
        ids: {M: 3},
        models: {M: {2: '{"at":"2020-02-02T00:00:00.000Z"}'}},
      });
      await opened(renamed({id, at: Date}), async db => {
        assert.deepEqual(planTexts(db), ['rename table M to New']);
        await migrate(db);
        assert.deepEqual(stored(db, 'New'), [
          {at: new Date('2020-02-02'), id: 2},
        ]);
        assert.equal((await db.getModel('New').create({})).id, 3);
      });
    });

    it('stays what it is where it is refused', async () => {
      await begin();
      const {models} = files.json();
      await opened(renamed({id, n: {type: Object}}), async db => {
        assert.equal((await refusalOf(db.autoupdate())).count, 2);
        assert.deepEqual(stored(db, 'New'), []);
      });
      assert.deepEqual(files.json().models['M'], models['M']);
    });

    it('is refused to statements until then, which would not see the rows', async () => {
      await begin();
      await opened(renamed(), async db => {
        await assert.rejects(db.getModel('New').create({n: 9}), {
          code: 'INVALID_MODEL',
          message: /they stand in the table "M", .* Run autoupdate/,
        });
        await migrate(db);
        await db.getModel('New').create({n: 9});
      });
      assert.equal(files.rows('New').length, 3);
    });

    it('is not taken where the new one has rows of its own', async () => {
      await begin();
      await opened(
        db => db.define('New', {id, n: Number}),
        db => db.getModel('New').create({n: 9}),
      );
      await opened(renamed(), migrate);
      assert.equal(files.rows('New').length, 1);
      assert.equal(files.rows('M').length, 2);
    });

    it('is not taken from a model that there is', async () => {
      await begin();
      await opened(
        db => {
          before(db);
          renamed()(db);
        },
        async db => {
          await migrate(db);
          assert.equal(stored(db).length, 2);
        },
      );
    });

    it('gives its rows to the first of two that have its name', async () => {
      await begin();
      await opened(
        db => {
          renamed()(db);
          db.define('Other', {id}, {memory: {renamedFrom: 'M'}});
        },
        async db => {
          assert.equal(planTexts(db).at(-1), 'create table Other');
          await migrate(db);
          assert.equal(stored(db, 'New').length, 2);
          assert.deepEqual(stored(db, 'Other'), []);
        },
      );
    });

    it('may be the collection of the same model', async () => {
      const on = (memory: object): Define => {
        return db => db.define('M', {id, n: Number}, {memory});
      };
      await begin(on({collection: 'old'}));
      await opened(on({collection: 'new', renamedFrom: 'old'}), async db => {
        await migrate(db);
        assert.equal((await db.getModel('M').find()).length, 2);
      });
      assert.deepEqual(Object.keys(files.json().models), ['new']);
    });
  });

  describe('with foreign keys', () => {
    const family =
      (type: unknown, parent = 'P', memory = {}): Define =>
      db => {
        const idType = {type, id: true, generated: false};
        db.define(parent, {id: idType, name: String}, {memory});
        const foreignKeys = {
          toP: {name: 'toP', entity: parent, entityKey: 'id', foreignKey: 'p'},
        };
        db.define('M', {id, p: type}, {foreignKeys});
      };

    beforeEach(() =>
      opened(family(Number), async db => {
        await db.getModel('P').createAll([{id: 1}, {id: 2}]);
        await db.getModel('M').createAll([{p: 2}, {p: null}]);
      }),
    );

    const holds = async (db: MigratingDataSource, p: unknown) => {
      await migrate(db);
      await assert.rejects(db.getModel('M').create({p}), {
        code: 'FOREIGN_KEY_VIOLATION',
      });
    };

    it('converts the ids of both sides', async () => {
      await opened(family(String), async db => {
        await holds(db, '7');
        assert.deepEqual(stored(db), [
          {id: 1, p: '2'},
          {id: 2, p: null},
        ]);
      });
    });

    it('follows a parent that is renamed', async () => {
      const renamed = family(Number, 'Q', {renamedFrom: 'P'});
      await opened(renamed, db => holds(db, 7));
      await opened(renamed, async db => {
        assert.equal(await db.isActual(), true);
        await holds(db, 7);
      });
      assert.deepEqual(Object.keys(files.json().models).toSorted(), ['M', 'Q']);
    });
  });
});
