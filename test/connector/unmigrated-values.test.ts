import assert from 'node:assert/strict';
import {Files} from '../support/connector/files';
import {
  id,
  type MigratingDataSource,
  stored,
} from '../support/connector/migrating';
import {GeoPoint} from '../support/value/geo-point';

/** Defines M with a property `a`, or a model inside of it that has one. */
type Define = (db: MigratingDataSource) => unknown;

const of =
  (type: unknown): Define =>
  db =>
    db.define('M', {id, a: type});

const inside =
  (type: unknown): Define =>
  db => {
    const Inside = db.define(
      'Inside',
      {a: type},
      {
        idInjection: false,
      },
    );
    return db.define('M', {id, a: Inside});
  };

interface Case {
  readonly title: string;
  /** The types for which the rows were written, and what the model declares now. */
  readonly kept: Define;
  readonly declared: Define;
  readonly values: readonly unknown[];
}

const instant = '1970-01-01T00:00:00.005Z';
const texts = [instant, '1970-01-01', '007', '8', 'true', '[1]', ''];
const bytesAsObject = {type: 'Buffer', data: [1, 2]};

const cases: readonly Case[] = [
  {
    title: 'texts as dates',
    kept: of(String),
    declared: of(Date),
    values: texts,
  },
  {
    title: 'texts as numbers',
    kept: of(String),
    declared: of(Number),
    values: texts,
  },
  {
    title: 'texts as flags',
    kept: of(String),
    declared: of(Boolean),
    values: texts,
  },
  {
    title: 'texts as lists',
    kept: of(String),
    declared: of([String]),
    values: texts,
  },
  {
    title: 'texts as JSON',
    kept: of(String),
    declared: of(Object),
    values: texts,
  },
  {
    title: 'numbers as flags',
    kept: of(Number),
    declared: of(Boolean),
    values: [0, 1, 2],
  },
  {
    title: 'numbers as dates',
    kept: of(Number),
    declared: of(Date),
    values: [0, 1.5, 5],
  },
  {
    title: 'dates as texts',
    kept: of(Date),
    declared: of(String),
    values: [new Date(5)],
  },
  {
    title: 'dates as numbers',
    kept: of(Date),
    declared: of(Number),
    values: [new Date(5)],
  },
  {
    title: 'lists of texts as such of dates',
    kept: of([String]),
    declared: of([Date]),
    values: [texts],
  },
  {
    title: 'objects as bytes',
    kept: of(Object),
    declared: of(Buffer),
    values: [bytesAsObject],
  },
  {
    title: 'objects as points',
    kept: of(Object),
    declared: of(GeoPoint),
    values: [{lat: 1, lng: 2}],
  },
  {
    title: 'points as objects',
    kept: of(GeoPoint),
    declared: of(Object),
    values: [new GeoPoint({lat: 1, lng: 2})],
  },
  {
    title: 'texts inside of objects as dates',
    kept: inside(String),
    declared: inside(Date),
    values: texts.map(a => ({a})),
  },
  {
    title: 'objects as such with bytes inside',
    kept: of(Object),
    declared: inside(Buffer),
    values: [{a: bytesAsObject}],
  },
];

describe('Rows that are opened for other types, and not migrated', () => {
  let files: Files;

  beforeEach(() => {
    files = new Files();
  });

  afterEach(() => files.remove());

  async function opened(
    define: Define,
    name = 'db.json',
  ): Promise<MigratingDataSource> {
    const db = (await files.open({}, name)) as MigratingDataSource;
    define(db);
    return db;
  }

  /** Begins the file with a row for each value. */
  async function begin({kept, values}: Case): Promise<object[]> {
    const db = await opened(kept);
    for (const a of values) await db.getModel('M').create({a});
    const rows = stored(db);
    await db.disconnect();
    return rows;
  }

  /** Has the next data file written anew, with all rows. */
  async function touch(db: MigratingDataSource): Promise<void> {
    const {id: last} = await db.getModel('M').create({});
    await db.getModel('M').deleteById(last);
  }

  for (const each of cases) {
    const {declared, kept, title} = each;

    it(`are in the file what they were: ${title}`, async () => {
      const before = await begin(each);
      const db = await opened(declared);
      await touch(db);
      await db.disconnect();
      assert.deepEqual(stored(await opened(kept)), before);
    });

    it(`are what they were for the former model: ${title}`, async () => {
      const before = await begin(each);
      const db = await opened(declared);
      await touch(db);
      kept(db);
      assert.deepEqual(stored(db), before);
      await touch(db);
      await db.disconnect();
      assert.deepEqual(stored(await opened(kept)), before);
    });
  }

  /** What is written for other types than those that are kept. */
  const written = [
    {kept: Number, declared: String, value: '007', read: 7},
    {kept: Date, declared: String, value: '1970-01-01', read: new Date(0)},
    {kept: String, declared: Date, value: new Date(5), read: instant},
    {kept: Number, declared: Boolean, value: true, read: 1},
    {kept: [String], declared: String, value: 'x', read: ['x']},
    {kept: Object, declared: String, value: '{"a":1}', read: {a: 1}},
  ];

  for (const {declared, kept, read, value} of written) {
    const what = JSON.stringify(value);

    it(`keep ${what} as it was written for the model`, async () => {
      await begin({
        title: '',
        kept: of(kept),
        declared: of(declared),
        values: [null],
      });
      const db = await opened(of(declared));
      await db.getModel('M').create({a: value});
      files.copy('db.json', 'killed.json');
      files.copy('db.json.journal', 'killed.json.journal');
      await db.disconnect();
      const values = async (type: unknown, name?: string) =>
        stored(await opened(of(type), name)).map((row: any) => row.a);
      assert.deepEqual(await values(declared, 'killed.json'), [null, value]);
      const again = await opened(of(declared));
      assert.deepEqual(
        stored(again).map((row: any) => row.a),
        [null, value],
      );
      await touch(again);
      await again.disconnect();
      assert.deepEqual(await values(kept), [null, read]);
    });
  }

  it('are in memory what they were where what is inside changes', async () => {
    const db = (await files.open({file: undefined})) as MigratingDataSource;
    inside(String)(db);
    await db.getModel('M').create({a: {a: '1970-01-01'}});
    const before = stored(db);
    inside(Date)(db);
    inside(String)(db);
    assert.deepEqual(stored(db), before);
  });
});
