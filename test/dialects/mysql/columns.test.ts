import assert from 'node:assert/strict';
import {columnOf, emulating} from '../../support/dialects/emulated';

/** A column of MariaDB, or of another one. */
const column = (property: object, emulate: unknown = 'mariadb') =>
  columnOf(property, emulate);

const own = (dataType: string, more: object = {}) => ({
  mysql: {dataType, ...more},
});
const tooLong = [
  'ER_DATA_TOO_LONG',
  "Data too long for column 'value' at row 1",
];
const outOfRange = [
  'ER_WARN_DATA_OUT_OF_RANGE',
  "Out of range value for column 'value' at row 1",
];

describe('MariaDB columns', () => {
  it('of numbers are integers of four bytes, rounded half away from zero', async () => {
    const {read, refuse} = column({type: Number});
    assert.equal(await read(1.5), 2);
    assert.equal(await read(-2.5), -3);
    assert.equal(await read(2_147_483_647), 2_147_483_647);
    assert.deepEqual(await refuse(2_147_483_648), outOfRange);
    assert.deepEqual(await refuse(Number.NaN), [
      'ER_BAD_FIELD_ERROR',
      "Unknown column 'NaN' in 'VALUES'",
    ]);
  });

  it('of other integers have their own range', async () => {
    const tiny = column({type: Number, ...own('tinyint')});
    assert.equal(await tiny.read(127), 127);
    assert.deepEqual(await tiny.refuse(128), outOfRange);
    const unsigned = column({type: Number, unsigned: true});
    assert.equal(await unsigned.read(4_294_967_295), 4_294_967_295);
    assert.deepEqual(await unsigned.refuse(-1), outOfRange);
  });

  it('of the type bigint are found by all digits, though read with some lost', async () => {
    const {Model} = emulating('mariadb', {
      id: {type: String, id: true, ...own('bigint')},
      other: {type: String, ...own('bigint')},
    });
    const [id, near] = ['9007199254740993', '9007199254740992'];
    const created = await Model.create({id, other: '1234567890123456789'});
    assert.equal(created.id, id);
    await Model.create({id: near, other: '1234567890123456788'});
    const found = await Model.findById(id);
    assert.deepEqual([found.id, found.other], [near, '1234567890123456800']);
    const other = {gt: '1234567890123456788'};
    assert.equal(await Model.count({other}), 1);
    await Model.destroyById(id);
    assert.equal(await Model.count({other}), 0);
  });

  it('of ids that are not generated give what they were given', async () => {
    const {Model} = emulating('mariadb', {
      id: {type: String, id: true, ...own('int')},
    });
    const {id} = await Model.create({id: '1.5'});
    assert.equal(id, '1.5');
    assert.equal((await Model.findOne()).id, '2');
  });

  it('of the type decimal round, and are read as numbers', async () => {
    const {read, refuse} = column({
      type: Number,
      ...own('decimal', {dataPrecision: 10, dataScale: 2}),
    });
    assert.equal(await read(2.345), 2.35);
    assert.equal(await read(10 / 3), 3.33);
    assert.deepEqual(await refuse(123_456_789), outOfRange);
  });

  it('of the type float are read with six digits', async () => {
    const {read} = column({type: Number, dataType: 'float'});
    assert.equal(await read(1.234_567_89), 1.234_57);
  });

  it('of texts have 512 letters, 255 in an index, or their length', async () => {
    const plain = column({type: String});
    assert.equal(await plain.read('x'.repeat(512)), 'x'.repeat(512));
    assert.deepEqual(await plain.refuse('x'.repeat(513)), tooLong);
    const indexed = column({type: String, index: true});
    assert.deepEqual(await indexed.refuse('x'.repeat(256)), tooLong);
    const short = column({type: String, length: 3});
    assert.equal(await short.read('abc  '), 'abc');
    assert.deepEqual(await short.refuse('abcd'), tooLong);
    assert.deepEqual(await short.refuse('😀😀'), tooLong);
  });

  it('of the type enum have the values of the schema', async () => {
    const {read, refuse} = column({
      type: String,
      jsonSchema: {enum: ['new', 'Paid']},
      ...own('enum'),
    });
    assert.equal(await read('paid'), 'Paid');
    assert.deepEqual(await refuse('old'), [
      'WARN_DATA_TRUNCATED',
      "Data truncated for column 'value' at row 1",
    ]);
  });

  it('of the type enum take the number of a value, too', async () => {
    const {read, refuse} = column({
      type: String,
      jsonSchema: {enum: ['new', 'paid']},
      ...own('enum'),
    });
    assert.equal(await read('2'), 'paid');
    assert.equal(await read(' +1'), 'new');
    assert.equal((await refuse('3'))[0], 'WARN_DATA_TRUNCATED');
    assert.equal((await refuse('0'))[0], 'WARN_DATA_TRUNCATED');
  });

  it('of the type enum are in the order of their values', async () => {
    const {Model} = emulating('mariadb', {
      id: {type: Number, id: true, generated: true},
      size: {type: String, jsonSchema: {enum: ['S', 'M', 'L']}, ...own('enum')},
    });
    for (const size of ['L', 'S', null, 'M']) await Model.create({size});
    const sizes = async (filter: object) =>
      (await Model.find(filter)).map((row: any) => row.size);
    assert.deepEqual(await sizes({order: 'size'}), [null, 'S', 'M', 'L']);
    assert.deepEqual(await sizes({order: 'size DESC'}), ['L', 'M', 'S', null]);
    // Texts are compared as such.
    assert.deepEqual(await sizes({where: {size: {gt: 'L'}}}), ['S', 'M']);
  });

  it('of a class ObjectID are read as its instances', async () => {
    class ObjectID {
      constructor(readonly text: string) {}
      toJSON() {
        return this.text;
      }
    }
    const {read} = column({type: ObjectID});
    assert.deepEqual(await read(new ObjectID('12')), new ObjectID('12'));
  });

  it('of dates have seconds, or as many digits as are asked for', async () => {
    const moment = new Date('2026-01-02T03:04:05.678Z');
    const {read, refuse} = column({type: Date});
    assert.deepEqual(await read(moment), new Date('2026-01-02T03:04:05Z'));
    assert.deepEqual(await refuse(new Date('+010000-01-01T00:00:00Z')), [
      'ER_TRUNCATED_WRONG_VALUE',
      "Incorrect datetime value: '10000-01-01 00:00:00.000' for column " +
        '`test`.`City`.`value` at row 1',
    ]);
    const precise = column({type: Date, precision: 3});
    assert.deepEqual(await precise.read(moment), moment);
    const day = column({type: Date, ...own('date')});
    assert.deepEqual(await day.read(moment), new Date('2026-01-02'));
  });

  it('of objects are texts of JSON', async () => {
    const {read} = column({type: Object});
    const moment = new Date(0);
    assert.deepEqual(await read({at: moment, n: [1]}), {
      at: moment.toISOString(),
      n: [1],
    });
  });

  it('of points, booleans and bytes give them back', async () => {
    assert.deepEqual(
      {
        ...((await column({type: 'GeoPoint'}).read({
          lat: 1,
          lng: 2,
        })) as object),
      },
      {lng: 2, lat: 1},
    );
    assert.equal(await column({type: Boolean}).read(true), true);
    const bytes = Buffer.from([0, 255]);
    const blob = column({type: Buffer, ...own('blob')});
    assert.deepEqual(await blob.read(bytes), bytes);
  });

  it('have the default of the database', async () => {
    const {Model} = emulating('mariadb', {
      id: {type: Number, id: true, generated: true},
      rank: {type: Number, mysql: {default: 7}},
    });
    const {id} = await Model.create({});
    assert.equal((await Model.findById(id)).rank, 7);
  });
});

describe('MySQL columns', () => {
  it('of dates round what they have not', async () => {
    const {read} = column({type: Date}, 'mysql');
    assert.deepEqual(
      await read(new Date('2026-01-02T03:04:05.678Z')),
      new Date('2026-01-02T03:04:06Z'),
    );
  });
});
