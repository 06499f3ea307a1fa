import assert from 'node:assert/strict';
import {runHere} from '../support/cli/in-process';
import type {Model, TestDataSource} from '../support/connector/data-source';
import {Files, openBuiltIn, rowsOf} from '../support/connector/files';

const id = {type: Number, id: true};

const nested = {
  from: Date,
  price: Number,
  raw: 'buffer',
  at: 'GeoPoint',
  pieces: ['buffer'],
  any: 'any',
};

const properties = {
  id,
  slot: nested,
  slots: [nested],
  places: ['GeoPoint'],
  days: [Date],
  any: 'any',
};

/** A row as it stands in a file that knows no types. */
const plainSlot = {
  from: '2020-05-01T10:00:00.000Z',
  price: '5',
  raw: {type: 'Buffer', data: [1, 2]},
  at: {lat: 1, lng: 2},
  pieces: [{type: 'Buffer', data: [3]}],
  any: '1',
};
const plainRow = {
  slot: plainSlot,
  slots: [plainSlot],
  places: [{lat: 1, lng: 2}],
  days: ['2020-05-01'],
  any: '1',
};

/** What becomes of values when LoopBack's classes are left out. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The classes of the values of a row, however they are nested. */
function classesIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  if (Array.isArray(value)) return value.map(classesIn);
  const {name} = value.constructor;
  if (name !== 'Object') return name;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, classesIn(inner)]),
  );
}

/** The rows of M as they are stored. */
async function stored(db: TestDataSource): Promise<any[]> {
  return new Promise((resolve, reject) => {
    const {connector} = db as any;
    connector.all('M', {}, {}, (error: Error | null, rows: any[]) => {
      if (error) reject(error);
      else resolve(rows);
    });
  });
}

let files: Files;
beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

describe('a row of a file with nested values', () => {
  function writePlain(row: object = plainRow): void {
    files.write({
      ids: {M: 2},
      models: {M: {1: JSON.stringify({id: 1, ...row})}},
    });
  }

  /** Of a row from a file and one that was created, id 1 and 2. */
  async function assertAlike(db: TestDataSource, M: Model): Promise<void> {
    await M.create({id: 2, ...plainRow});
    const [old, created] = await stored(db);
    assert.deepEqual(classesIn(old), classesIn(created));
    assert.deepEqual(plain({...old, id: 2}), plain(created));
    for (const where of [
      {'slot.from': {lt: '2020-06-01'}},
      {'slot.from': plainSlot.from},
      {'slot.price': 5},
      {'slot.any': '1'},
      {'slots.from': {gt: '2020-04-01'}},
      {'slots.0.price': {between: ['4', '6']}},
      {'slot.at': {near: '1,2', maxDistance: 1}},
      {days: '2020-05-01'},
      {any: '1'},
      {'days.0': {lt: '2020-05-02'}},
    ]) {
      assert.equal(await M.count(where), 2, JSON.stringify(where));
    }
  }

  it('has them as rows have them that are written since', async () => {
    writePlain();
    const db = await files.open();
    await assertAlike(db, db.define('M', properties));
  });

  it('has them where the model is defined before the file is read', async () => {
    writePlain();
    const db = files.make();
    const M = db.define('M', properties);
    await db.connect();
    await assertAlike(db, M);
  });

  it('has them where what is nested is defined later', async () => {
    writePlain();
    const db = await files.open();
    const M = db.define('M', {...properties, slot: 'Slot', slots: ['Slot']});
    assert.equal(typeof (await stored(db))[0].slot.from, 'string');
    db.define('Slot', nested, {idInjection: false});
    await assertAlike(db, M);
    assert.deepEqual(db.connector.database.verify(), []);
  });

  it('has them where two models on one table nest different ones', async () => {
    writePlain();
    const db = await files.open();
    const {slot, ...rest} = properties;
    const M = db.define('M', rest);
    const memory = {collection: 'M'};
    db.define('N', {id, slot}, {memory});
    await M.create({id: 2, ...plainRow});
    const [old, created] = await stored(db);
    assert.deepEqual(classesIn(old.places), classesIn(created.places));
    assert.deepEqual(
      [old.slot.raw.constructor, old.slot.at.constructor.name],
      [Buffer, 'GeoPoint'],
    );
  });

  it('has them when it comes from the built-in connector', async () => {
    const builtIn = await openBuiltIn(files.at('db.json'));
    await builtIn.define('M', properties).create({id: 1, ...plainRow});
    const db = await files.open();
    await assertAlike(db, db.define('M', properties));
  });

  it('has them after a checkpoint and in a journal', async () => {
    const db = await files.open();
    const M = db.define('M', properties);
    await M.create({id: 1, ...plainRow});
    const before = await stored(db);
    const reader = await files.open({readOnly: true});
    reader.define('M', properties);
    assert.deepEqual(await stored(reader), before);
    await files.disconnect();
    const again = await files.open();
    again.define('M', properties);
    assert.deepEqual(await stored(again), before);
  });

  it('has them when it was loaded by the command line', async () => {
    await files.with(db => db.define('M', properties).count());
    files.write([{id: 1, ...plainRow}], 'rows.json');
    const words = ['load', 'db.json', 'rows.json', '--model', 'M'];
    const {status, stderr} = await runHere(words, files.at(), '');
    assert.equal(status, 0, stderr);
    const db = await files.open();
    await assertAlike(db, db.define('M', properties));
  });

  it('keeps what is no such value, and what is nested too deep', async () => {
    const odd = {
      slot: {from: 'soon', raw: {type: 'Buffer', data: [-1]}, at: {lat: 100}},
      slots: {from: '2020-05-01'},
    };
    writePlain(odd);
    const db = await files.open();
    db.define('M', {id, slot: nested, slots: Object});
    assert.deepEqual(await stored(db), [{id: 1, ...odd}]);
  });

  it('has a list of one where a list is declared and a value stands', async () => {
    writePlain({
      days: '2020-05-01',
      places: {lat: 1, lng: 2},
      slots: {price: '5'},
    });
    const db = await files.open();
    const M = db.define('M', properties);
    const [row] = await stored(db);
    assert.deepEqual(classesIn(row.days), ['Date']);
    assert.deepEqual(plain(row.slots), [{price: 5}]);
    assert.equal((await rowsOf(M))[0].days.length, 1);
  });

  it('bears a model that contains itself, as deep as rows may be', async () => {
    let node: object = {from: '2020-05-01'};
    for (let i = 0; i < 150; i++) node = {next: node, from: '2020-05-01'};
    writePlain({tree: node});
    const db = await files.open();
    const Node = db.define(
      'Node',
      {from: Date, next: 'Node'},
      {idInjection: false},
    );
    const M = db.define('M', {id, tree: Node});
    assert.equal(await M.count({'tree.next.next.from': '2020-05-01'}), 1);
    const [row] = await stored(db);
    assert.ok(row.tree.next.next.next.from instanceof Date);
  });
});
