import assert from 'node:assert/strict';
import {columnOf, emulating} from '../../support/dialects/emulated';

/** A column of PostgreSQL. */
const column = (property: object) => columnOf(property, 'postgresql');

const own = (dataType: string, more: object = {}) => ({
  postgresql: {dataType, ...more},
});

describe('PostgreSQL columns', () => {
  it('of numbers are integers of four bytes', async () => {
    const {read, refuse} = column({type: Number});
    assert.equal(await read(2_147_483_647), 2_147_483_647);
    assert.equal(await read('42'), 42);
    assert.deepEqual(await refuse(1.5), [
      '22P02',
      'invalid input syntax for type integer: "1.5"',
    ]);
    assert.deepEqual(await refuse(2_147_483_648), [
      '22003',
      'value "2147483648" is out of range for type integer',
    ]);
    assert.deepEqual(await refuse(Number.NaN), [
      '22P02',
      'invalid input syntax for type integer: "NaN"',
    ]);
  });

  it('of the type numeric round half away from zero, and are read as texts', async () => {
    const {read, refuse} = column({
      type: Number,
      ...own('numeric', {dataPrecision: 10, dataScale: 2}),
    });
    assert.equal(await read(2.345), '2.35');
    assert.equal(await read(-1.005), '-1.01');
    assert.equal(await read(1.5), '1.50');
    assert.equal(await read(0), '0.00');
    assert.deepEqual(await refuse(123_456_789), [
      '22003',
      'numeric field overflow',
    ]);
  });

  it('of the type bigint are read as texts', async () => {
    const {read, refuse} = column({type: Number, ...own('bigint')});
    assert.equal(await read(9_007_199_254_740_991), '9007199254740991');
    assert.deepEqual(await refuse(0.5), [
      '22P02',
      'invalid input syntax for type bigint: "0.5"',
    ]);
  });

  it('of the type real keep six digits', async () => {
    const {read} = column({type: Number, ...own('real')});
    assert.equal(await read(16_777_217), 16_777_216);
    assert.equal(await read(0.1), 0.1);
  });

  it('of the type double precision keep numbers as they are', async () => {
    const {read} = column({type: Number, ...own('double precision')});
    for (const value of [0.1, 1e300, 5e-324, -1.5]) {
      assert.equal(await read(value), value);
    }
  });

  it('of texts have any length, and no NUL', async () => {
    const {read, refuse} = column({type: String, length: 3});
    assert.equal(await read('longer than three'), 'longer than three');
    assert.equal(await read('\ud800'), '\ufffd');
    assert.deepEqual(await refuse('a\0'), [
      '22021',
      'invalid byte sequence for encoding "UTF8": 0x00',
    ]);
  });

  it('of the type varchar are no longer than that, blanks behind aside', async () => {
    const {read, refuse} = column({
      type: String,
      ...own('varchar', {dataLength: 3}),
    });
    assert.equal(await read('abc  '), 'abc');
    assert.equal(await read('🏙🏙🏙'), '🏙🏙🏙');
    assert.deepEqual(await refuse('abcd'), [
      '22001',
      'value too long for type character varying(3)',
    ]);
  });

  it('of the type char are filled with blanks', async () => {
    const {read} = column({type: String, ...own('char', {dataLength: 3})});
    assert.equal(await read('a'), 'a  ');
  });

  it('of arrays but varchar[] refuse lists, for its connector sends JSON', async () => {
    const {Model} = emulating('postgresql', {
      id: {type: Number, id: true, generated: true},
      tags: {type: ['string'], ...own('text[]')},
    });
    await assert.rejects(Model.create({tags: ['a']}), {
      code: '22P02',
      message: 'malformed array literal: "["a"]"',
      detail: '"[" must introduce explicitly-specified array dimensions.',
    });
  });

  it('of dates keep milliseconds, within years of four digits', async () => {
    const {read, refuse} = column({type: Date});
    const moment = new Date('2024-02-29T23:59:59.123Z');
    assert.deepEqual(await read(moment), moment);
    assert.deepEqual(await refuse(new Date('+010000-01-01T00:00:00Z')), [
      '22009',
      'time zone displacement out of range: "+010000-01-01T00:00:00.000Z"',
    ]);
  });

  it('of a timestamp with a precision round to it', async () => {
    const {read} = column({
      type: Date,
      ...own('timestamp with time zone', {dataPrecision: 0}),
    });
    assert.deepEqual(
      await read(new Date('2024-01-01T00:00:00.500Z')),
      new Date('2024-01-01T00:00:01Z'),
    );
  });

  it('that can store NaN meet a hazard where a value is no number', async () => {
    const {refuse} = column({type: Number, ...own('numeric')});
    const hazard = /^NaN would be stored in value, which LoopBack makes of/;
    for (const value of ['x', Number.NaN]) {
      const [code, message] = await refuse(value);
      assert.equal(code, 'EMULATION_HAZARD');
      assert.match(message, hazard);
    }
    const copying = columnOf(
      {type: Number, ...own('double precision')},
      {database: 'postgresql', hazards: 'copy'},
    );
    assert.equal(await copying.read('x'), null);
  });

  it('of a type that is not emulated hold any text, which a warning tells', async () => {
    const told: string[] = [];
    const listen = ({message}: Error) => told.push(message);
    process.on('warning', listen);
    const inet = column({type: String, ...own('inet')});
    const text = column({type: String, ...own('text')});
    const list = column({type: ['string'], ...own('varchar[]')});
    assert.equal(await inet.read('no address'), 'no address');
    await text.read('a');
    await list.read(['a']);
    process.off('warning', listen);
    assert.deepEqual(told, [
      'loopback-connector-inmemory: The column of City.value has the type ' +
        'inet, which is not emulated: here it holds any text.',
    ]);
  });

  it('of the type time take times of day alone', async () => {
    const {read, refuse} = column({type: String, ...own('time')});
    assert.equal(await read('9:05'), '09:05:00');
    assert.equal(await read('10:20:30.5000+02'), '10:20:30.5');
    assert.equal(await read('24:00:00'), '24:00:00');
    const rounding = column({
      type: String,
      ...own('time', {dataPrecision: 2}),
    });
    assert.equal(await rounding.read('23:59:59.999'), '24:00:00');
    assert.deepEqual(await refuse('25:00'), [
      '22008',
      'date/time field value out of range: "25:00"',
    ]);
    assert.deepEqual(await refuse('noon'), [
      '22007',
      'invalid input syntax for type time: "noon"',
    ]);
  });

  it('of the type time are compared as times', async () => {
    const {Model} = emulating('postgresql', {
      id: {type: Number, id: true, generated: true},
      value: {type: String, ...own('time')},
    });
    await Model.create([{value: '10:20'}, {value: '9:05'}]);
    assert.equal(await Model.count({value: '09:05'}), 1);
    assert.equal(await Model.count({value: {gt: '9:30'}}), 1);
  });

  it('of the type uuid take any way to write one, and give one', async () => {
    const {read, refuse} = column({type: String, ...own('uuid')});
    assert.equal(
      await read('{A0EEBC99-9C0B4EF8-BB6D6BB9BD380A11}'),
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    );
    assert.deepEqual(await refuse('no-uuid'), [
      '22P02',
      'invalid input syntax for type uuid: "no-uuid"',
    ]);
  });

  it('of the type jsonb sort keys, by length first', async () => {
    const {read} = column({type: Object, ...own('jsonb')});
    const value = await read({long: 1, b: {z: 1, y: 2}, a: 2});
    assert.equal(JSON.stringify(value), '{"a":2,"b":{"y":2,"z":1},"long":1}');
  });

  it('of objects are texts of JSON, in which dates are texts', async () => {
    const {read} = column({type: Object});
    assert.deepEqual(await read({at: new Date(0), list: [1, null]}), {
      at: '1970-01-01T00:00:00.000Z',
      list: [1, null],
    });
  });

  it('of bytes in a column of the type bytea are bytes', async () => {
    const {read} = column({type: Buffer, ...own('bytea')});
    assert.deepEqual(
      await read(Buffer.from([0, 1, 255])),
      Buffer.from([0, 1, 255]),
    );
  });

  it('that nobody gives a value are null when they are read', async () => {
    const {read} = column({type: Number});
    assert.equal(await read(undefined), null);
  });

  it('with a default of the database have it where a row says nothing', async () => {
    const {Model} = emulating('postgresql', {
      id: {type: Number, id: true, generated: true},
      count: {type: Number, postgresql: {dbDefault: '5'}},
      kind: {type: String, postgresql: {dbDefault: "'none'"}},
    });
    const {id} = await Model.create({});
    const {count, kind} = (await Model.findById(id)).toObject();
    assert.deepEqual([count, kind], [5, 'none']);
  });

  it('that are generated count by themselves, and begin again with the table', async () => {
    const {Model, dataSource} = emulating('postgresql', {
      code: {type: String, id: true},
      number: {type: Number, generated: true},
      other: {type: Number, autoIncrement: true, ...own('serial')},
    });
    const numbers = async () =>
      (await Model.find({order: 'code'})).map((row: any) => [
        row.number,
        row.other,
      ]);
    await Model.create({code: 'a'});
    await Model.create({code: 'b', number: 7, other: null});
    await Model.create({code: 'c'});
    assert.deepEqual(await numbers(), [
      [1, 1],
      [7, 2],
      [2, 3],
    ]);
    await dataSource.automigrate();
    await Model.create({code: 'a'});
    assert.deepEqual(await numbers(), [[1, 1]]);
  });

  it('of the type serial count by themselves as ids, too', async () => {
    const {Model} = emulating('postgresql', {
      id: {type: Number, id: true, ...own('serial')},
      name: {type: String},
    });
    await Model.create({id: 9, name: 'given'});
    assert.equal((await Model.create({name: 'counted'})).id, 1);
  });
});
