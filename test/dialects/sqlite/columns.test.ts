import assert from 'node:assert/strict';
import {emulating, failureOf} from '../../support/dialects/emulated';

/** A model with one property beside its id. */
function columnOf(property: object) {
  const {Model} = emulating('sqlite', {
    id: {type: Number, id: true, generated: true},
    value: property,
  });
  return {
    Model,
    /** What is read of what was written. */
    read: async (value: unknown): Promise<unknown> => {
      const {id} = await Model.create({value});
      return (await Model.findById(id)).toObject().value;
    },
  };
}

describe('SQLite columns', () => {
  it('of numbers hold any number, and null where there is none', async () => {
    const {read} = columnOf({type: Number});
    assert.equal(await read(1.5), 1.5);
    assert.equal(await read(3_000_000_000), 3_000_000_000);
    assert.equal(await read(Number.POSITIVE_INFINITY), Infinity);
    assert.equal(await read('many'), null);
    assert.ok(Object.is(await read(-0), 0));
  });

  it('of texts hold texts of any length, without half letters', async () => {
    const {read} = columnOf({type: String, length: 3});
    assert.equal(await read('Constantinople'), 'Constantinople');
    assert.equal(await read('trail  '), 'trail  ');
    assert.equal(await read('a\0b'), 'a\0b');
    assert.equal(await read('a\ud800b'), 'a\ufffdb');
  });

  it('of dates hold milliseconds, of any year', async () => {
    const {read} = columnOf({type: Date});
    for (const text of [
      '2020-01-01T00:00:00.700Z',
      '+010000-01-01T00:00:00.000Z',
      '-000001-01-01T00:00:00.000Z',
    ]) {
      assert.deepEqual(await read(new Date(text)), new Date(text));
    }
  });

  it('of objects and arrays hold JSON, in which a date is a text', async () => {
    const {read} = columnOf({type: Object});
    assert.deepEqual(await read({b: 1, a: new Date(0)}), {
      b: 1,
      a: '1970-01-01T00:00:00.000Z',
    });
  });

  it('give null for what a row was not given', async () => {
    const {Model} = columnOf({type: Boolean});
    const {id} = await Model.create({});
    assert.equal((await Model.findById(id)).value, null);
  });

  it('get the default that the model names for the database', async () => {
    const {Model} = columnOf({type: Number, sqlite3: {dbDefault: 7}});
    const {id} = await Model.create({});
    assert.equal((await Model.findById(id)).value, 7);
  });
});

describe("SQLite's numbers of rows", () => {
  it('are one more than the greatest there is', async () => {
    const {Model} = columnOf({type: String});
    const ids: number[] = [];
    for (const row of [{}, {id: 7}, {}]) ids.push((await Model.create(row)).id);
    assert.deepEqual(ids, [1, 7, 8]);
    await Model.destroyById(8);
    assert.equal((await Model.create({})).id, 8);
    await Model.destroyAll();
    assert.equal((await Model.create({})).id, 1);
  });

  it('are made of an id that is null or no number', async () => {
    const {Model} = columnOf({type: String});
    assert.equal((await Model.create({id: null})).id, 1);
    assert.equal((await Model.create({id: 'abc'})).id, 2);
  });

  it('are integers', async () => {
    const {Model} = columnOf({type: String});
    const {code, errno, message} = await failureOf(Model.create({id: 1.5}));
    assert.deepEqual(
      [code, errno, message],
      ['SQLITE_MISMATCH', 20, 'SQLITE_MISMATCH: datatype mismatch'],
    );
  });

  it('are what create() gives for an id that is a text', async () => {
    const {Model} = emulating('sqlite', {
      id: {type: String, id: true},
      name: String,
    });
    assert.equal((await Model.create({id: 'b', name: 'x'})).id, 1);
    assert.equal((await Model.create({id: 'a', name: 'x'})).id, 2);
    const [first] = await Model.find({order: 'name'});
    assert.deepEqual(first.toObject(), {id: 'b', name: 'x'});
    assert.equal((await Model.findById('a')).name, 'x');
  });
});
