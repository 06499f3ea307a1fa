import assert from 'node:assert/strict';
import {makeDataSource} from '../../support/connector/data-source';
import {emulating, failureOf} from '../../support/dialects/emulated';

const properties = {
  id: {type: String, id: true},
  name: {type: String, index: {unique: true}},
  inhabitants: Number,
  mayor: Object,
  map: Buffer,
};

describe("MongoDB's writes", () => {
  it('keep values of any type, and leave missing ones missing', async () => {
    const {Model} = emulating('mongodb', properties, {strict: false});
    await Model.create({
      id: 'u',
      name: 'Ulm',
      mayor: {since: new Date(0)},
      map: Buffer.from('ab'),
      river: 'Danube',
    });
    const city = (await Model.findById('u')).toJSON();
    assert.deepEqual(city.mayor, {since: new Date(0)});
    assert.deepEqual(city.map, Buffer.from('ab'));
    assert.equal(city.river, 'Danube');
    assert.equal(city.inhabitants, undefined);
  });

  it('may store null where the model requires a value', async () => {
    const {Model} = emulating('mongodb', {
      id: {type: String, id: true},
      name: {type: String, required: true},
    });
    await Model.create({id: 'u', name: 'Ulm'});
    await Model.updateAll({}, {name: null});
    assert.equal((await Model.findById('u')).name, null);
  });

  it('take null and missing for one value of a unique index', async () => {
    const {Model} = emulating('mongodb', properties);
    await Model.create({id: 'a', name: null});
    const error = await failureOf(Model.create({id: 'b'}));
    assert.equal(
      error.message,
      'E11000 duplicate key error collection: test.City index: name_1 ' +
        'dup key: { name: null }',
    );
    assert.deepEqual(error['keyPattern'], {name: 1});
  });

  const renamed = {
    id: {type: String, id: true},
    name: {type: String, mongodb: {fieldName: 'n'}},
    rank: Number,
  };

  it('refuse an update that makes a property null whose field is called otherwise', async () => {
    const {Model} = emulating('mongodb', renamed);
    const city = await Model.create({id: 'u', name: 'Ulm', rank: 1});
    for (const update of [
      Model.updateAll({}, {rank: 2}),
      city.updateAttributes({rank: 2}),
      Model.upsert({id: 'u', rank: 2}),
      Model.upsertWithWhere({rank: 1}, {rank: 2}),
    ]) {
      const error = await failureOf(update);
      assert.equal(error['code'], 'EMULATION_HAZARD');
      assert.match(error.message, /sets name of City to null/);
    }
    await Model.updateAll({}, {rank: 2, name: 'Ulm'});
    assert.equal((await Model.findById('u')).name, 'Ulm');
  });

  it('make it null as there where hazards are copied', async () => {
    const {Model} = emulating({database: 'mongodb', hazards: 'copy'}, renamed);
    await Model.create({id: 'u', name: 'Ulm'});
    await Model.updateAll({}, {rank: 2});
    assert.equal((await Model.findById('u')).name, null);
  });

  it('store null for such a property that a new document has not', async () => {
    const {Model} = emulating('mongodb', renamed);
    await Model.create({id: 'u'});
    assert.equal((await Model.findById('u')).name, null);
  });

  it('leave such properties be where operators say what changes', async () => {
    const {Model} = emulating('mongodb', renamed, {
      mongodb: {allowExtendedOperators: true},
      strict: false,
    });
    await Model.create({id: 'u', name: 'Ulm', rank: 1});
    await Model.updateAll({}, {$inc: {rank: 1}});
    const {name, rank} = await Model.findById('u');
    assert.deepEqual([name, rank], ['Ulm', 2]);
  });

  it('leave references texts that findOrCreate stores', async () => {
    const {Model} = emulating('mongodb', {
      id: {type: String, id: true},
      mayorId: {type: String},
    });
    const mayorId = 'a'.repeat(24);
    await Model.findOrCreate({where: {id: 'u'}}, {id: 'u', mayorId});
    await Model.create({id: 'v', mayorId});
    const found = await Model.find({where: {mayorId}});
    assert.deepEqual(
      found.map(({id}: {id: string}) => id),
      ['v'],
    );
  });

  it('refuse an update that changes nothing before they look at its where', async () => {
    const {Model} = emulating('mongodb', properties);
    const error = await failureOf(Model.updateAll({name: {foo: 1}}, {}));
    assert.equal(error.name, 'MongoInvalidArgumentError');
    assert.equal(error.message, 'Update document requires atomic operators');
  });

  it('patch or insert by upsert, and replace by replaceOrCreate', async () => {
    const {Model} = emulating('mongodb', properties);
    await Model.upsert({id: 'u', name: 'Ulm'});
    await Model.upsert({id: 'u', inhabitants: 5});
    assert.equal((await Model.findById('u')).name, 'Ulm');
    await Model.replaceOrCreate({id: 'u', inhabitants: 6});
    const {inhabitants, name} = await Model.findById('u');
    assert.deepEqual([name, inhabitants], [undefined, 6]);
  });

  it('give a new document what upsertWithWhere looked for', async () => {
    const {Model} = emulating('mongodb', properties);
    await Model.upsertWithWhere({name: 'Ulm'}, {inhabitants: 5});
    const [{inhabitants, name}] = await Model.find();
    assert.deepEqual([name, inhabitants], ['Ulm', 5]);
  });

  it('change the first of several by upsertWithWhere, which is a hazard', async () => {
    const rows = [
      {id: 'b', name: 'x', inhabitants: 1},
      {id: 'a', name: 'y', inhabitants: 1},
    ];
    const upserted = async (hazards: string) => {
      const {Model} = emulating({database: 'mongodb', hazards}, properties);
      await Model.create(rows);
      const upsert = Model.upsertWithWhere({inhabitants: 1}, {inhabitants: 2});
      return {Model, upsert: upsert as Promise<unknown>};
    };
    const copied = await upserted('copy');
    await copied.upsert;
    assert.equal((await copied.Model.findById('a')).inhabitants, 2);
    assert.equal((await copied.Model.findById('b')).inhabitants, 1);
    const refused = await upserted('error');
    const {code} = await failureOf(refused.upsert);
    assert.equal(code, 'EMULATION_HAZARD');
  });

  it('tell of documents that are gone in the words of the connector', async () => {
    const {Model} = emulating('mongodb', properties);
    const gone = new Model({id: 'x'}, {persisted: true});
    const updated = await failureOf(gone.updateAttributes({name: 'y'}));
    assert.equal(updated.message, 'No City found for id x');
    assert.equal(updated['statusCode'], 404);
    const replaced = await failureOf(Model.replaceById('x', {name: 'y'}));
    assert.equal(
      replaced.message,
      'Could not replace. Object with id x does not exist!',
    );
  });

  it('take operators where the model allows them', async () => {
    const {Model} = emulating(
      'mongodb',
      {id: {type: String, id: true}, n: Number, list: ['any'], o: Object},
      {mongodb: {allowExtendedOperators: true}},
    );
    const update = (data: object) =>
      Model.updateAll({}, data, {allowExtendedOperators: true});
    await Model.create({id: 'u', n: 1, list: [1]});
    await update({$inc: {n: 5}, $push: {list: 2}, $set: {'o.a.b': 1}});
    await update({$addToSet: {list: {$each: [2, 3]}}, $pull: {list: 1}});
    const {list, n, o} = (await Model.findById('u')).toJSON();
    assert.deepEqual({list, n, o}, {list: [2, 3], n: 6, o: {a: {b: 1}}});
    const {code} = await failureOf(update({$rename: {n: 'm'}}));
    assert.equal(code, 'INVALID_VALUE');
  });

  it('take operators in slices', async () => {
    const dataSource = makeDataSource({emulate: 'mongodb', yieldMs: 1});
    const Model = dataSource.define(
      'City',
      {id: {type: Number, id: true}, n: Number},
      {forceId: false, mongodb: {allowExtendedOperators: true}},
    );
    await Model.create(Array.from({length: 3000}, (_, id) => ({id, n: 1})));
    const data = {$inc: {n: 1}};
    const options = {allowExtendedOperators: true};
    assert.deepEqual(await Model.updateAll({}, data, options), {count: 3000});
    assert.equal(await Model.count({n: 2}), 3000);
  });

  it('keep the fields that have other names than the properties', async () => {
    const {Model} = emulating(
      'mongodb',
      {
        id: {type: Number, id: true},
        name: {type: String, mongodb: {fieldName: 'Name'}},
        mayor: Object,
      },
      {mongodb: {allowExtendedOperators: true}},
    );
    await Model.create({id: 1, name: 'Ulm'});
    const data = {$set: {'mayor.since': 1}};
    await Model.updateAll({name: 'Ulm'}, data, {allowExtendedOperators: true});
    const {mayor, name} = (await Model.findById(1)).toJSON();
    assert.deepEqual({mayor, name}, {mayor: {since: 1}, name: 'Ulm'});
  });

  it('change all documents or none', async () => {
    const {Model} = emulating(
      'mongodb',
      {id: {type: Number, id: true}, n: 'any'},
      {mongodb: {allowExtendedOperators: true}},
    );
    await Model.create([
      {id: 1, n: 1},
      {id: 2, n: 'x'},
    ]);
    const options = {allowExtendedOperators: true};
    const {code} = await failureOf(
      Model.updateAll({}, {$inc: {n: 1}}, options),
    );
    assert.equal(code, 14);
    assert.equal((await Model.findById(1)).n, 1);
  });

  it('refuse to declare decimal128, which is not emulated', () => {
    assert.throws(
      () =>
        emulating('mongodb', {
          price: {type: String, mongodb: {dataType: 'decimal128'}},
        }),
      {code: 'INVALID_MODEL', message: /decimal128, which is not emulated/},
    );
  });
});

describe("MongoDB's transactions", () => {
  it('fail at once where another one has written the document', async () => {
    const {Model} = emulating('mongodb', properties);
    await Model.create({id: 'u', name: 'Ulm'});
    const [first, second] = [
      await Model.beginTransaction('READ COMMITTED'),
      await Model.beginTransaction('READ COMMITTED'),
    ];
    const where = {id: 'u'};
    await Model.updateAll(where, {inhabitants: 1}, {transaction: first});
    const conflict = await failureOf(
      Model.updateAll(where, {inhabitants: 2}, {transaction: second}),
    );
    assert.deepEqual(
      [conflict['code'], conflict['codeName']],
      [112, 'WriteConflict'],
    );
    const ended = await failureOf(Model.count({}, {transaction: second}));
    assert.deepEqual(
      [ended['code'], ended['codeName']],
      [251, 'NoSuchTransaction'],
    );
    await second.rollback();
    await first.commit();
    assert.equal((await Model.findById('u')).inhabitants, 1);
  });

  it('see a snapshot', async () => {
    const {Model} = emulating('mongodb', properties);
    const transaction = await Model.beginTransaction('READ COMMITTED');
    assert.equal(await Model.count({}, {transaction}), 0);
    await Model.create({id: 'u', name: 'Ulm'});
    assert.equal(await Model.count({}, {transaction}), 0);
    await transaction.commit();
  });

  const writes = (Model: any, transaction: unknown) => [
    () => Model.replaceById('a', {inhabitants: 1}, {transaction}),
    () => Model.replaceOrCreate({id: 'b', inhabitants: 1}, {transaction}),
    () =>
      Model.findOrCreate(
        {where: {id: 'c'}},
        {id: 'c', inhabitants: 1},
        {transaction},
      ),
  ];

  it('refuse what the connector writes outside of them', async () => {
    const {Model} = emulating('mongodb', properties);
    await Model.create({id: 'a'});
    const transaction = await Model.beginTransaction({});
    for (const write of writes(Model, transaction)) {
      const error = await failureOf(write());
      assert.equal(error['code'], 'EMULATION_HAZARD');
    }
    await transaction.rollback();
    assert.equal(await Model.count({inhabitants: 1}), 0);
  });

  it('let it be written outside of them where hazards are copied', async () => {
    const copying = {database: 'mongodb', hazards: 'copy'};
    const {Model} = emulating(copying, {...properties, name: String});
    await Model.create({id: 'a'});
    const transaction = await Model.beginTransaction({});
    for (const write of writes(Model, transaction)) await write();
    await transaction.rollback();
    assert.equal(await Model.count({inhabitants: 1}), 3);
  });
});
