import assert from 'node:assert/strict';
import {Files, rowsOf} from '../support/connector/files';
import type {Model, TestDataSource} from '../support/connector/data-source';

/** How rows come back: from the journal of a killed owner, or the data file. */
const ways = {
  /** A second reader sees what an owner has in its journal. */
  async journal(files: Files, settings: object): Promise<TestDataSource> {
    return files.open({...settings, readOnly: true});
  },
  async checkpoint(files: Files, settings: object): Promise<TestDataSource> {
    await files.disconnect();
    return files.open(settings);
  },
} as const;

let files: Files;

beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

for (const [way, reopen] of Object.entries(ways)) {
  const never = {checkpoint: {idleMs: 60_000}};

  /** Writes with one datasource and gives the model on the next. */
  async function recovered(
    define: (db: TestDataSource) => Model,
    write: (M: Model) => Promise<unknown>,
  ): Promise<Model> {
    await write(define(await files.open(never)));
    return define(await reopen(files, never));
  }

  describe(`a row that comes back from the ${way}`, () => {
    it('has its dates, bytes and big integers', async () => {
      const row = {
        id: 1,
        at: new Date('2024-02-29T12:00:00.500Z'),
        bytes: Buffer.from([0, 1, 255]),
        any: {
          when: new Date(0),
          list: [1n, Buffer.from('x'), {deep: new Date(5)}],
          like: '2024-02-29T12:00:00.500Z',
        },
        text: 'a\n"\\\u0000\u2028🙂',
        nan: Number.NaN,
      };
      const M = await recovered(
        db =>
          db.define('M', {
            id: {type: Number, id: true},
            at: Date,
            bytes: 'buffer',
            any: 'any',
            text: String,
            nan: 'any',
          }),
        Model => Model.create(row),
      );
      const [found] = await rowsOf(M);
      assert.deepEqual(found, row);
      assert.ok(Buffer.isBuffer(found.bytes));
    });

    it('has its point, and is found by distance', async () => {
      const M = await recovered(
        db =>
          db.define('City', {
            id: {type: Number, id: true},
            place: {type: 'GeoPoint', index: true},
          }),
        Model =>
          Model.create([
            {place: {lat: 50, lng: 20}},
            {place: {lat: -30, lng: 100}},
          ]),
      );
      const [nearest] = await M.find({
        where: {place: {near: {lat: -29, lng: 99}}},
      });
      assert.equal(nearest.id, 2);
      assert.equal(nearest.place.constructor.name, 'GeoPoint');
      assert.deepEqual(nearest.toObject().place.lat, -30);
    });

    it('has its id, whatever its text is', async () => {
      const ids = ['__proto__', 'constructor', '', '1', 'a b', 'ü"\\', '0'];
      const M = await recovered(
        db => db.define('M', {id: {type: String, id: true}, n: Number}),
        Model => Model.create(ids.map((id, n) => ({id, n}))),
      );
      assert.equal(await M.count(), ids.length);
      for (const [n, id] of ids.entries()) {
        assert.equal((await M.findOne({where: {id}})).n, n, id);
      }
    });

    it('has an id of any type', async () => {
      for (const [type, ids] of [
        [Number, [0, -1, 1.5, 1e21]],
        [Date, [new Date(5), new Date('2024-01-01')]],
        ['any', [1, true, 'x']],
      ] as const) {
        const name = `Of${String((type as {name?: string}).name ?? type)}`;
        const M = await recovered(
          db => db.define(name, {id: {type, id: true, generated: false}}),
          Model => Model.create(ids.map(id => ({id}))),
        );
        const found = (await rowsOf(M)).map(({id}) => id);
        assert.deepEqual(new Set(found), new Set<unknown>(ids));
        await files.disconnect();
      }
    });

    it('has its several ids', async () => {
      const M = await recovered(
        db =>
          db.define('Line', {
            order: {type: Number, id: 1},
            line: {type: String, id: 2},
            n: Number,
          }),
        async Model => {
          await Model.create([
            {order: 1, line: 'a', n: 1},
            {order: 1, line: 'b', n: 2},
            {order: 11, line: 'a', n: 3},
          ]);
          await Model.destroyAll({order: 1, line: 'a'});
          await Model.updateAll({order: 11, line: 'a'}, {n: 4});
        },
      );
      assert.deepEqual(await rowsOf(M), [
        {order: 1, line: 'b', n: 2},
        {order: 11, line: 'a', n: 4},
      ]);
    });

    it('has its hidden id', async () => {
      const M = await recovered(
        db => db.define('M', {n: Number}, {idInjection: false}),
        async Model => {
          await Model.create([{n: 1}, {n: 2}, {n: 3}]);
          await Model.destroyAll({n: 2});
          await Model.updateAll({n: 3}, {n: 30});
        },
      );
      assert.deepEqual(await rowsOf(M), [{n: 1}, {n: 30}]);
    });

    it('has properties that no model declares', async () => {
      const M = await recovered(
        db => db.define('M', {id: {type: Number, id: true}}, {strict: false}),
        Model => Model.create({extra: {at: new Date(7)}, big: 2n ** 70n}),
      );
      assert.deepEqual(await rowsOf(M), [
        {id: 1, extra: {at: new Date(7)}, big: 2n ** 70n},
      ]);
    });
  });
}

describe("bytes in a file of LoopBack's own connector", () => {
  const property = {bytes: Buffer};
  const write = (bytes: unknown) =>
    files.write({
      ids: {M: 2},
      models: {M: {1: JSON.stringify({id: 1, bytes})}},
    });

  it('come back as bytes', async () => {
    write(Buffer.from([0, 1, 255]));
    await files.with(async db => {
      const M = db.define('M', {id: {type: Number, id: true}, ...property});
      const [row] = await rowsOf(M);
      assert.deepEqual(row.bytes, Buffer.from([0, 1, 255]));
      assert.equal(await M.count({bytes: Buffer.from([0, 1, 255])}), 1);
    });
  });

  for (const other of [
    {type: 'Buffer', data: [0, 256]},
    {type: 'Buffer', data: [1], more: 1},
    'text',
  ]) {
    it(`stay as they are when they are ${JSON.stringify(other)}`, async () => {
      write(other);
      await files.with(async db => {
        const M = db.define('M', {id: {type: Number, id: true}, ...property});
        const [row] = await rowsOf(M);
        assert.deepEqual(row.bytes, other);
      });
    });
  }
});

describe('generated ids', () => {
  for (const [what, settings, last, next] of [
    ['numbers', {}, 3, 4],
    ['texts', {defaultIdType: 'string'}, 'id0000000003', 'id0000000004'],
  ] as const) {
    it(`that are ${what} go on, also after those of deleted rows`, async () => {
      const type = what === 'numbers' ? Number : String;
      const define = (db: TestDataSource) =>
        db.define('M', {id: {type, id: true, generated: true}, n: Number});
      await files.with(async db => {
        const M = define(db);
        await M.create([{}, {}, {}]);
        assert.ok(await M.findById(last), 'the last id');
        await M.destroyById(last);
      }, settings);
      await files.with(async db => {
        assert.equal((await define(db).create({})).id, next);
      }, settings);
    });

    it(`that are ${what} go on after a kill`, async () => {
      const type = what === 'numbers' ? Number : String;
      const define = (db: TestDataSource) =>
        db.define('M', {id: {type, id: true, generated: true}, n: Number});
      const slow = {...settings, checkpoint: {idleMs: 60_000}};
      const M = define(await files.open(slow));
      await M.create([{}, {}, {}]);
      await M.destroyAll({});
      files.copy('db.json.journal', 'copy.json.journal');
      const copy = await files.open(slow, 'copy.json');
      assert.equal((await define(copy).create({})).id, next);
    });
  }

  it('begin anew after automigrate, also in the file', async () => {
    const define = (db: TestDataSource) =>
      db.define('M', {id: {type: Number, id: true}});
    await files.with(async db => {
      await define(db).create([{}, {}]);
      await db.automigrate('M');
    });
    const {ids, models} = files.json();
    assert.deepEqual({ids, models}, {ids: {M: 1}, models: {M: {}}});
    await files.with(async db => {
      assert.equal((await define(db).create({})).id, 1);
    });
  });
});
