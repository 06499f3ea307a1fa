import assert from 'node:assert/strict';
import {
  call,
  defineModel,
  makeDataSource,
} from '../support/connector/data-source';

const id = {type: Number, id: true, generated: true};

/** Stores a value of a property that is declared so. */
async function store(declared: object, value: unknown): Promise<unknown> {
  const {Model, connector} = defineModel('M', {id, p: declared});
  await call(connector, 'create', 'M', {id: 1, p: value});
  return (await Model.findById(1)).p;
}

describe('a number with more digits than are declared is rounded:', () => {
  const money = {type: Number, precision: 10, scale: 2};
  // What numeric(10, 2) of PostgreSQL makes of the same texts.
  const rounded: readonly [object, unknown, unknown][] = [
    [money, 1.005, 1.01],
    [money, 10 / 3, 3.33],
    [money, -1.005, -1.01],
    [money, '2.675', 2.68],
    [money, 1e-7, 0],
    [money, 12345678.994, 12345678.99],
    [{type: Number, memory: {dataPrecision: 5, dataScale: 0}}, 0.5, 1],
    [{type: Number, scale: 1}, 0.25, 0.3],
    [{type: Number, precision: 3}, 10 / 3, 3.33],
    [{...money, type: ['number']}, [1.005, 2], [1.01, 2]],
  ];
  for (const [declared, value, expected] of rounded) {
    it(`${JSON.stringify(value)} for ${JSON.stringify(declared)}`, async () => {
      const stored = await store(declared, value);
      assert.deepEqual(JSON.parse(JSON.stringify(stored)), expected);
    });
  }

  it('by every statement', async () => {
    const {Model} = defineModel('M', {id, p: money});
    const [row] = await Model.createAll([{p: 0.005}]);
    assert.equal((await Model.findById(row.id)).p, 0.01);
    await Model.updateAll({id: row.id}, {p: 0.015});
    assert.equal((await Model.findById(row.id)).p, 0.02);
    await Model.upsertWithWhere({id: row.id}, {p: 0.025});
    assert.equal((await Model.findById(row.id)).p, 0.03);
    await Model.replaceById(row.id, {p: 0.035});
    assert.equal((await Model.findById(row.id)).p, 0.04);
  });

  it('before it is compared with the keys of a unique index', async () => {
    const unique = {...money, index: {unique: true}};
    const {Model} = defineModel('M', {id, p: unique});
    await Model.create({p: 1.01});
    await assert.rejects(Model.create({p: 1.005}), {code: 'DUPLICATE_KEY'});
  });

  it('but is refused with typeChecks strict', async () => {
    const dataSource = makeDataSource({typeChecks: 'strict'});
    const Model = dataSource.define('M', {id, p: money});
    await assert.rejects(Model.create({p: 1.005}), {
      code: 'VALUE_OUT_OF_RANGE',
      details: {table: 'M', property: 'p', value: 1.005, constraint: 'scale'},
    });
  });
});

describe('a value out of the declared range', () => {
  const refused: readonly [object, unknown, string, string][] = [
    [{type: String, length: 3}, 'abcd', 'maxLength', '22001'],
    [{type: String, length: '3'}, 'abcd', 'maxLength', '22001'],
    [{type: String, limit: 3}, 'abcd', 'maxLength', '22001'],
    [{type: String, memory: {dataLength: 3}}, 'abcd', 'maxLength', '22001'],
    [
      {type: String, length: 9, memory: {dataLength: 3}},
      'abcd',
      'maxLength',
      '22001',
    ],
    [
      {type: String, length: 3, jsonSchema: {maxLength: 9}},
      'abcd',
      'maxLength',
      '22001',
    ],
    [{type: String, jsonSchema: {maxLength: 3}}, 'abcd', 'maxLength', '22001'],
    [{type: String, jsonSchema: {minLength: 3}}, 'ab', 'minLength', '23514'],
    [{type: String, jsonSchema: {enum: ['a', 'b']}}, 'c', 'enum', '23514'],
    [{type: ['string'], length: 3}, ['a', 'abcd'], 'maxLength', '22001'],
    [{type: ['string'], jsonSchema: {enum: ['a']}}, ['b'], 'enum', '23514'],
    [{type: Number, jsonSchema: {minimum: 3}}, 2, 'minimum', '22003'],
    [{type: Number, jsonSchema: {maximum: 3}}, 4, 'maximum', '22003'],
    [{type: Number, precision: 3}, 1234, 'precision', '22003'],
    [{type: Number, precision: 5, scale: 2}, 1234, 'precision', '22003'],
    [{type: Number, precision: 3, scale: 2}, 9.995, 'precision', '22003'],
  ];
  for (const [declared, value, constraint, sqlState] of refused) {
    it(`is ${JSON.stringify(value)} for ${JSON.stringify(declared)}`, async () => {
      await assert.rejects(
        store(declared, value),
        (error: any) =>
          error.code === 'VALUE_OUT_OF_RANGE' &&
          error.statusCode === 422 &&
          error.details.constraint === constraint &&
          error.sqlState === sqlState,
      );
    });
  }

  const stored: readonly [object, unknown][] = [
    [{type: String, length: 3}, 'abc'],
    [{type: String, length: 3}, '\u{1F600}\u{1F600}\u{1F600}'],
    [{type: String, length: 3}, null],
    [{type: String, length: 0}, 'abc'],
    [{type: String, length: null, precision: null, scale: null}, 'abc'],
    [{type: Number, length: 3}, 12345],
    [{type: Number, jsonSchema: {enum: ['1', '2']}}, 2],
    [{type: Number, precision: 5, scale: 2}, 123.45],
    [{type: Date, precision: 3}, new Date(5)],
  ];
  for (const [declared, value] of stored) {
    it(`is not ${JSON.stringify(value)} for ${JSON.stringify(declared)}`, async () => {
      assert.deepEqual(await store(declared, value), value);
    });
  }

  it('is refused by updateAll, and changes no row', async () => {
    const {Model} = defineModel('M', {id, p: {type: String, length: 3}});
    await Model.createAll([{p: 'a'}, {p: 'b'}]);
    await assert.rejects(Model.updateAll({}, {p: 'abcd'}), {
      code: 'VALUE_OUT_OF_RANGE',
      message:
        'M.p cannot be "abcd": it must be at most 3 characters long ' +
        '(maxLength).',
    });
    assert.equal(await Model.count({p: {inq: ['a', 'b']}}), 2);
  });

  it('is no generated id, whatever its length', async () => {
    const dataSource = makeDataSource({defaultIdType: 'string'});
    const Model = dataSource.define('M', {
      id: {type: String, id: true, generated: true, length: 1},
    });
    assert.equal((await Model.create({})).id, 'id0000000001');
  });

  it('is an id that is given and too long', async () => {
    const properties = {id: {type: String, id: true, length: 3}};
    const {Model} = defineModel('M', properties);
    await assert.rejects(Model.create({id: 'abcd'}), {
      code: 'VALUE_OUT_OF_RANGE',
    });
  });
});

describe('a limit', () => {
  const malformed: readonly [object, RegExp][] = [
    [{length: 'long'}, /length of M\.p.*"long".*integer/],
    [{precision: 1.5}, /precision of M\.p.*1\.5.*integer/],
    [{memory: {dataScale: -1}}, /scale of M\.p.*-1.*not negative/],
    [{jsonSchema: {maxLength: -1}}, /maxLength of M\.p/],
    [{jsonSchema: {minimum: 'a'}}, /minimum of M\.p.*a number/],
    [{jsonSchema: {enum: 'a'}}, /enum of M\.p.*"a".*array/],
  ];
  for (const [declared, message] of malformed) {
    it(`cannot be ${JSON.stringify(declared)}`, () => {
      const property = {type: String, ...declared};
      assert.throws(() => defineModel('M', {id, p: property}), {
        code: 'INVALID_MODEL',
        message,
      });
    });
  }
});
