import assert from 'node:assert/strict';
import {
  id,
  migrate,
  type MigratingDataSource,
  openMigrating,
  planTexts,
  stored,
} from '../support/connector/migrating';

/** A model that is migrated, with one row. */
async function withRow(settings: object = {}): Promise<MigratingDataSource> {
  const db = openMigrating(settings);
  await db.define('M', {id, a: Number}).create({a: 1});
  await migrate(db);
  return db;
}

function tablesOf({connector}: MigratingDataSource): string[] {
  return connector.statistics().tables.map(({name}) => name);
}

const renamed = {type: Number, memory: {renamedFrom: 'a'}};

describe('A model that is defined anew in the same process', () => {
  for (const isDeleted of [false, true]) {
    const how = isDeleted ? 'once it was deleted' : 'while it is there';

    async function again(): Promise<MigratingDataSource> {
      const db = await withRow();
      if (isDeleted) (db as any).deleteModelByName('M');
      return db;
    }

    it(`has its rows in a column of another name, ${how}`, async () => {
      const db = await again();
      db.define('M', {id, b: renamed});
      assert.deepEqual(planTexts(db), ['rename column a to M.b']);
      await migrate(db);
      assert.deepEqual(stored(db), [{id: 1, b: 1}]);
    });

    it(`has its rows in a table of another name, ${how}`, async () => {
      const db = await again();
      db.define('M', {id, b: renamed}, {memory: {collection: 'T'}});
      assert.deepEqual(planTexts(db), [
        'rename table M to T',
        'rename column a to T.b',
      ]);
      await migrate(db);
      assert.deepEqual(stored(db, 'T'), [{id: 1, b: 1}]);
      assert.deepEqual(tablesOf(db), ['T']);
    });
  }

  it('has the rows of one that was deleted', async () => {
    const db = await withRow();
    (db as any).deleteModelByName('M');
    db.define('N', {id, a: Number}, {memory: {renamedFrom: 'M'}});
    assert.deepEqual(planTexts(db), ['rename table M to N']);
    await migrate(db);
    assert.deepEqual(stored(db, 'N'), [{id: 1, a: 1}]);
  });

  it('has the rows of one that is deleted afterwards', async () => {
    const db = await withRow();
    db.define('N', {id, a: Number}, {memory: {renamedFrom: 'M'}});
    (db as any).deleteModelByName('M');
    await migrate(db);
    assert.deepEqual(stored(db, 'N'), [{id: 1, a: 1}]);
  });

  it('leaves the rows of one that is there', async () => {
    const db = await withRow();
    db.define('N', {id, a: Number}, {memory: {renamedFrom: 'M'}});
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, a: 1}]);
    assert.deepEqual(stored(db, 'N'), []);
  });

  it('counts on the table that it has for the datasource that migrates', async () => {
    const store = 'of two that name a table in two ways';
    const db = await withRow({store});
    const other = openMigrating({store});
    other.define('M', {id, a: Number}, {memory: {collection: 'T'}});
    await db.getModel('M').create({a: 2});
    await migrate(db);
    assert.equal(stored(db).length, 2);
    await migrate(other);
    assert.equal(stored(other, 'T').length, 2);
  });
});
