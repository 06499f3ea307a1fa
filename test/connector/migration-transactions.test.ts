import assert from 'node:assert/strict';
import {
  assertRefused,
  id,
  migrate,
  type MigratingDataSource,
  openMigrating,
  stored,
} from '../support/connector/migrating';
import {conflict, isPending} from '../support/connector/transactions';

const levels = [
  'READ UNCOMMITTED',
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
];

/** The tables M, which is outdated, and Other, each with the row 1. */
async function outdated(settings: object = {}): Promise<MigratingDataSource> {
  const db = openMigrating(settings);
  await db.define('M', {id, n: Number}).create({n: 1});
  await db.define('Other', {id, n: Number}).create({n: 1});
  db.define('M', {
    id,
    n: String,
    d: {type: Number, default: 7, memory: {backfill: true}},
  });
  return db;
}

const migrated = [{id: 1, n: '1', d: 7}];

for (const isolationLevel of levels) {
  describe(`A migration beside a transaction that is ${isolationLevel}`, () => {
    const begun = async (settings?: object) => {
      const db = await outdated(settings);
      const transaction = await db.beginTransaction({isolationLevel});
      const M = db.getModel('M');
      return {db, M, transaction, options: {transaction}};
    };

    for (const end of ['commit', 'rollback'] as const) {
      it(`waits for its ${end} where it has written to the table`, async () => {
        const {db, M, transaction, options} = await begun();
        await M.create({n: '2'}, options);
        const updated = db.autoupdate();
        assert.ok(await isPending(updated));
        await transaction[end]();
        await updated;
        assert.deepEqual(
          stored(db),
          end === 'commit' ? [...migrated, {id: 2, n: '2', d: 7}] : migrated,
        );
        assert.deepEqual(db.connector.database.verify(), []);
      });
    }

    it('gives up after lockTimeoutMs, and has changed nothing', async () => {
      const {db, M, transaction, options} = await begun({lockTimeoutMs: 10});
      await M.updateAll({id: 1}, {n: '5'}, options);
      await assert.rejects(db.autoupdate(), {code: 'LOCK_TIMEOUT'});
      assert.equal(await db.isActual(), false);
      await transaction.commit();
      await migrate(db);
      assert.equal((stored(db)[0] as any).n, '5');
    });

    it('does not wait where it has only read', async () => {
      const {db, M, transaction, options} = await begun();
      await M.find({}, options);
      await migrate(db);
      assert.deepEqual(stored(db), migrated);
      await transaction.commit();
    });

    it('does not wait where it has written to another table', async () => {
      const {db, transaction, options} = await begun();
      await db.getModel('Other').updateAll({id: 1}, {n: 2}, options);
      await migrate(db, 'M');
      await transaction.commit();
      assert.deepEqual(stored(db), migrated);
      assert.deepEqual(stored(db, 'Other'), [{id: 1, n: 2}]);
    });

    it('does not wait where it has written to a table that is actual', async () => {
      const {db, transaction, options} = await begun();
      await migrate(db, 'Other');
      await db.getModel('Other').updateAll({id: 1}, {n: 2}, options);
      await migrate(db);
      await transaction.commit();
      assert.deepEqual(stored(db), migrated);
      assert.deepEqual(stored(db, 'Other'), [{id: 1, n: 2}]);
      assert.deepEqual(db.connector.database.verify(), []);
    });

    it('waits where it has written to a table that is outdated since', async () => {
      const {db, M, transaction, options} = await begun();
      await migrate(db, 'Other');
      await M.create({n: '2'}, options);
      const updated = db.autoupdate();
      db.define('Other', {id, n: Number, more: Number});
      const later = await db.beginTransaction({isolationLevel});
      const Other = db.getModel('Other');
      await Other.updateAll({id: 1}, {n: 2}, {transaction: later});
      await transaction.commit();
      assert.ok(await isPending(updated));
      await later.commit();
      await updated;
      assert.equal(await db.isActual(), true);
      assert.deepEqual(stored(db, 'Other'), [{id: 1, n: 2}]);
    });

    it('shows it rows of before or of after, by its level', async () => {
      const {db, M, transaction, options} = await begun();
      await M.find({}, options);
      await migrate(db);
      const [row] = await M.find({where: {d: 7}}, options);
      assert.equal(row?.d, isolationLevel.startsWith('READ') ? 7 : undefined);
      await transaction.rollback();
    });

    it('lets it write to what was migrated, or makes it begin again', async () => {
      const {db, M, transaction, options} = await begun();
      await M.find({}, options);
      await migrate(db);
      const written = M.updateAll({id: 1}, {n: '5'}, options);
      if (isolationLevel.startsWith('READ')) {
        await written;
        await transaction.commit();
        assert.deepEqual(stored(db), [{id: 1, n: '5', d: 7}]);
      } else {
        await assert.rejects(written, conflict);
        assert.deepEqual(stored(db), migrated);
      }
    });

    it('lets it insert into what was migrated, or makes it begin again', async () => {
      const {db, M, transaction, options} = await begun();
      await M.find({}, options);
      await migrate(db);
      const written = M.create({n: '5'}, options);
      if (isolationLevel.startsWith('READ')) {
        await written;
        await transaction.commit();
        assert.equal(stored(db).length, 2);
      } else {
        await assert.rejects(written, conflict);
        assert.equal(stored(db).length, 1);
      }
      assert.deepEqual(db.connector.database.verify(), []);
    });

    it('lets it write where it has seen nothing yet', async () => {
      const {db, M, transaction, options} = await begun();
      await migrate(db);
      await M.updateAll({id: 1}, {n: '5'}, options);
      await transaction.commit();
      assert.deepEqual(stored(db), [{id: 1, n: '5', d: 7}]);
    });

    it('does not stop it by what is refused', async () => {
      const {db, transaction, options} = await begun();
      const M = db.define('M', {id, n: Object});
      await M.find({}, options);
      await assertRefused(db, ['M 1 n: 1 does not convert to object exactly']);
      await M.updateAll({id: 1}, {n: {a: 1}}, options);
      await transaction.commit();
      assert.deepEqual(stored(db), [{id: 1, n: {a: 1}}]);
    });

    it('waits for one that refers to rows of the table', async () => {
      const db = openMigrating();
      await db.define('P', {id, n: Number}).create({n: 1});
      const C = db.define(
        'C',
        {id, p: Number},
        {
          foreignKeys: {
            toP: {name: 'toP', entity: 'P', entityKey: 'id', foreignKey: 'p'},
          },
        },
      );
      db.define('P', {id, n: String});
      const transaction = await db.beginTransaction({isolationLevel});
      await C.create({p: 1}, {transaction});
      const updated = db.autoupdate('P');
      assert.ok(await isPending(updated));
      await transaction.commit();
      await updated;
      assert.deepEqual(stored(db, 'P'), [{id: 1, n: '1'}]);
      assert.deepEqual(stored(db, 'C'), [{id: 1, p: 1}]);
      assert.deepEqual(db.connector.database.verify(), []);
    });
  });
}

describe('A migration in slices', () => {
  const count = 5_000;

  async function large(): Promise<MigratingDataSource> {
    const db = openMigrating({yieldMs: 1});
    const rows = Array.from({length: count}, (_, n) => ({n}));
    await db.define('M', {id, n: Number}).createAll(rows);
    db.define('M', {
      id,
      n: {type: String, index: {unique: true}},
      d: {type: Number, default: 7, memory: {backfill: true}},
    });
    return db;
  }

  it('lets others read meanwhile, all rows of before or all of after', async () => {
    const db = await large();
    const {connector} = db;
    const progress = {isDone: false};
    const updated = db.autoupdate().then(() => (progress.isDone = true));
    const seen = new Set<string>();
    let turns = 0;
    while (!progress.isDone) {
      const rows = stored(db) as {n: unknown; d?: number}[];
      const kinds = new Set(rows.map(({d, n}) => `${typeof n} ${d}`));
      assert.equal(kinds.size, 1, [...kinds].join());
      assert.equal(rows.length, count);
      seen.add([...kinds][0]!);
      turns++;
      await new Promise(setImmediate);
    }
    await updated;
    assert.ok(turns > 1, 'others had their turn');
    assert.ok(seen.has('number undefined'));
    assert.deepEqual(connector.database.verify(), []);
    assert.equal(await db.isActual(), true);
  });

  it('has statements that write wait for it, in their order', async () => {
    const db = await large();
    const M = db.getModel('M');
    const updated = db.autoupdate();
    const created = M.create({n: 'new'});
    const refused = assert.rejects(M.create({n: '5'}), {
      code: 'DUPLICATE_KEY',
    });
    await Promise.all([updated, created, refused]);
    assert.equal((await M.findOne({where: {n: 'new'}})).id, count + 1);
    assert.equal(stored(db).length, count + 1);
  });

  it('begins again where a model is defined anew meanwhile', async () => {
    const db = await large();
    const updated = db.autoupdate();
    await new Promise(setImmediate);
    db.define('M', {
      id,
      n: Number,
      e: {type: Number, default: 8, memory: {backfill: true}},
    });
    await updated;
    await migrate(db);
    assert.deepEqual(stored(db)[0], {id: 1, n: 0, e: 8});
  });

  it('changes nothing where it is refused', async () => {
    const db = await large();
    db.define('M', {id, n: Date, d: {type: Object, default: 7}});
    db.define('M', {id, n: {type: Boolean}});
    const before = db.connector.database.head;
    await assert.rejects(db.autoupdate(), {code: 'MIGRATION_REFUSED'});
    assert.equal(db.connector.database.head, before);
    await db.getModel('M').create({});
  });
});
