import assert from 'node:assert/strict';
import {Files} from '../support/connector/files';
import {
  id,
  migrate,
  type MigratingDataSource,
  openMigrating,
  planTexts,
  stored,
} from '../support/connector/migrating';

/** Defines a model. */
type Define = (db: MigratingDataSource) => unknown;

/** What becomes of two tables, A with 1 in `a` and B with 'x' in `b`. */
interface Case {
  readonly title: string;
  readonly taker: Define;
  readonly leaver: Define;
  /** The names of the models in the error. */
  readonly models: readonly [taker: string, leaver: string];
  /** What brings it about step by step, each to be migrated. */
  readonly steps: readonly (readonly Define[])[];
  /** The tables afterwards. */
  readonly tables: Readonly<Record<string, readonly object[]>>;
}

const a = {id, a: Number, v: Number};
const b = {id, b: String, v: Date};

const modelA =
  (memory: object = {}, name = 'A'): Define =>
  db =>
    db.define(name, a, {memory});

const modelB =
  (memory: object = {}, name = 'B'): Define =>
  db =>
    db.define(name, b, {memory});

const rowsOfA = [{id: 1, a: 1, v: 5}];
const rowsOfB = [{id: 1, b: 'x', v: new Date(5)}];

const onB = modelA({collection: 'B'});
const onC = modelB({collection: 'C'});
const named = modelA({collection: 'B', renamedFrom: 'A'}, 'New');
const other = modelB({renamedFrom: 'B'}, 'Other');
const onA = modelB({collection: 'A'});

const cases: readonly Case[] = [
  {
    title: 'a table that goes to the one and has rows of the other',
    taker: onB,
    leaver: onC,
    models: ['A', 'B'],
    steps: [
      [modelA(), onC],
      [onB, onC],
    ],
    tables: {B: rowsOfA, C: rowsOfB},
  },
  {
    title: 'such a table of models that have other names by now',
    taker: named,
    leaver: other,
    models: ['New', 'Other'],
    steps: [
      [modelA(), other],
      [named, other],
    ],
    tables: {B: rowsOfA, Other: rowsOfB},
  },
  {
    title: 'tables that are exchanged',
    taker: onB,
    leaver: onA,
    models: ['A', 'B'],
    steps: [
      [modelA({collection: 'D'}), modelB()],
      [modelA({collection: 'D'}), onA],
      [modelA({collection: 'B', renamedFrom: 'D'}), onA],
      // The same models as in the beginning.
      [onB, onA],
    ],
    tables: {A: rowsOfB, B: rowsOfA},
  },
];

describe('Tables that change hands between two models', () => {
  let files: Files;

  beforeEach(() => {
    files = new Files();
  });

  afterEach(() => files.remove());

  async function begin(db: MigratingDataSource): Promise<void> {
    modelA()(db);
    modelB()(db);
    await db.getModel('A').create({a: 1, v: 5});
    await db.getModel('B').create({b: 'x', v: new Date(5)});
    await db.autoupdate();
  }

  async function open(isConnected = true): Promise<MigratingDataSource> {
    const db = files.make() as MigratingDataSource;
    if (isConnected) await db.connect();
    return db;
  }

  async function assertRefuses(
    db: MigratingDataSource,
    {models}: Case,
  ): Promise<void> {
    const refusal = {code: 'INVALID_MODEL', message: namesAll(models)};
    const before = db.connector.database.head;
    assert.equal(await db.isActual(), false);
    await assert.rejects(db.autoupdate(), refusal);
    assert.throws(() => planTexts(db), refusal);
    for (const model of models) {
      await assert.rejects(db.getModel(model).find(), refusal);
      await assert.rejects(db.getModel(model).create({}), refusal);
      await assert.rejects(db.autoupdate(model), refusal);
      await assert.rejects(db.automigrate(model), refusal);
    }
    assert.equal(db.connector.database.head, before, 'nothing was changed');
  }

  const namesAll = (models: readonly string[]): RegExp =>
    new RegExp(models.map(model => `(?=.*\\b${model}\\b)`).join(''), 's');

  for (const each of cases) {
    const {leaver, steps, tables, taker, title} = each;
    for (const definitions of [
      [taker, leaver],
      [leaver, taker],
    ]) {
      const how = definitions[0] === taker ? 'taker' : 'leaver';

      for (const isConnected of [false, true]) {
        const when = isConnected ? 'after' : 'before';

        it(`are refused of a file: ${title}, ${how} first ${when} it is opened`, async () => {
          const first = await open();
          await begin(first);
          await first.disconnect();
          const db = await open(isConnected);
          for (const define of definitions) define(db);
          await db.connect();
          await assertRefuses(db, each);
          // Else the file stays the very file.
          await db.define('Last', {id}).create({});
          await db.disconnect();
          const again = await open();
          modelA()(again);
          modelB()(again);
          assert.equal(await again.isActual(), true);
          assert.deepEqual(stored(again, 'A'), rowsOfA);
          assert.deepEqual(stored(again, 'B'), rowsOfB);
        });
      }

      it(`are refused in memory: ${title}, ${how} first`, async () => {
        const db = openMigrating();
        await begin(db);
        for (const name of ['A', 'B']) (db as any).deleteModelByName(name);
        for (const define of definitions) define(db);
        await assertRefuses(db, each);
      });

      it(`have all rows step by step: ${title}, ${how} first`, async () => {
        const first = await open();
        await begin(first);
        await first.disconnect();
        for (const step of steps) {
          const db = await open();
          const inOrder = how === 'taker' ? step : step.toReversed();
          for (const define of inOrder) define(db);
          await migrate(db);
          await db.disconnect();
        }
        const db = await open();
        for (const define of definitions) define(db);
        assert.equal(await db.isActual(), true);
        for (const [table, rows] of Object.entries(tables)) {
          assert.deepEqual(stored(db, table), rows);
        }
        await db.disconnect();
        assert.deepEqual(
          Object.keys(files.json().models).toSorted(),
          Object.keys(tables),
        );
      });
    }
  }

  it('are told of models that are defined anew while they are there', async () => {
    const db = openMigrating();
    await begin(db);
    onB(db);
    onC(db);
    await assertRefuses(db, cases[0]!);
    modelA()(db);
    await migrate(db);
    onB(db);
    await migrate(db);
    assert.deepEqual(stored(db, 'B'), rowsOfA);
    assert.deepEqual(stored(db, 'C'), rowsOfB);
  });

  it('are emptied together', async () => {
    const db = openMigrating();
    await begin(db);
    onB(db);
    onC(db);
    await db.automigrate();
    assert.equal(await db.isActual(), true);
    assert.equal(await db.getModel('A').count(), 0);
    assert.equal(await db.getModel('B').count(), 0);
  });

  it('are not those that always were named so', async () => {
    const db = openMigrating();
    onB(db);
    onA(db);
    await db.getModel('A').create({a: 1});
    await db.getModel('B').create({b: 'x'});
    await migrate(db);
    onB(db);
    onA(db);
    assert.equal(await db.isActual(), true);
    assert.equal(await db.getModel('B').count(), 1);
  });

  it('are told by nothing where both models declare the same', async () => {
    const db = openMigrating();
    modelA({collection: 'B'})(db);
    modelA({collection: 'A'}, 'B')(db);
    await db.getModel('A').create({a: 1});
    await db.getModel('B').create({a: 2});
    modelA({collection: 'B'})(db);
    await assert.rejects(db.getModel('A').find(), {code: 'INVALID_MODEL'});
    modelA({collection: 'B', renamedFrom: 'B'})(db);
    await migrate(db);
    assert.equal(await db.getModel('A').count(), 1);
  });

  it('are not those of a model that has had another one all along', async () => {
    const db = openMigrating();
    onB(db);
    await db.getModel('A').create({a: 1, v: 5});
    onC(db);
    await migrate(db);
    assert.deepEqual(stored(db, 'B'), rowsOfA);
    assert.deepEqual(stored(db, 'C'), []);
  });

  it('are none where the model says that it has its rows there', async () => {
    const db = openMigrating();
    await begin(db);
    modelA({collection: 'B', renamedFrom: 'B'})(db);
    onC(db);
    assert.equal(await db.isActual(), false);
    await db.getModel('B').create({b: 'y'});
    assert.equal(await db.getModel('A').count(), 1);
  });

  it('lose nothing where the other model is defined later', async () => {
    const first = await open();
    await begin(first);
    await first.disconnect();
    const db = await open();
    onB(db);
    await assert.rejects(db.autoupdate(), {
      code: 'INVALID_MODEL',
      message: namesAll(['A', 'B', 'drop column B.b']),
    });
    onC(db);
    await assertRefuses(db, cases[0]!);
    modelA()(db);
    await migrate(db);
    assert.deepEqual(stored(db, 'A'), rowsOfA);
    assert.deepEqual(stored(db, 'C'), rowsOfB);
  });

  it('are found in longer rows', async () => {
    const db = openMigrating();
    await begin(db);
    db.define('C', {id, c: Number});
    await db.getModel('C').create({c: 1});
    await db.autoupdate();
    const onD = {memory: {collection: 'D'}};
    db.define('C', {id, c: Number}, onD);
    onB(db);
    onC(db);
    for (const model of ['A', 'B', 'C']) {
      await assert.rejects(db.getModel(model).find(), {code: 'INVALID_MODEL'});
    }
    modelA()(db);
    modelB()(db);
    await migrate(db);
    assert.deepEqual(stored(db, 'D'), [{id: 1, c: 1}]);
    onC(db);
    await migrate(db);
    onB(db);
    await migrate(db);
    assert.deepEqual(stored(db, 'B'), rowsOfA);
    assert.deepEqual(stored(db, 'C'), rowsOfB);
  });
});
