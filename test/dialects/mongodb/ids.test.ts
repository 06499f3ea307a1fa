import assert from 'node:assert/strict';
import {emulating, failureOf} from '../../support/dialects/emulated';

const generated = {type: String, id: true, generated: true};

describe("MongoDB's ids", () => {
  it('are ObjectIds, which are texts of 24 digits in JSON', async () => {
    const {Model} = emulating('mongodb', {id: generated, name: String});
    const city = await Model.create({name: 'Ulm'});
    assert.equal(city.id._bsontype, 'ObjectId');
    assert.match(JSON.parse(JSON.stringify(city)).id, /^[0-9a-f]{24}$/);
    assert.ok(Date.now() - city.id.getTimestamp().getTime() < 5000);
    const next = await Model.create({name: 'Aalen'});
    assert.ok(String(next.id) > String(city.id));
  });

  it('are found by ObjectId and by text', async () => {
    const {Model} = emulating('mongodb', {id: generated, name: String});
    const {id} = await Model.create({name: 'Ulm'});
    assert.equal((await Model.findById(id)).name, 'Ulm');
    assert.equal((await Model.findById(String(id))).name, 'Ulm');
    const where = {id: {inq: [String(id), 'none']}};
    assert.equal((await Model.find({where})).length, 1);
    assert.equal(await Model.exists(id), true);
    assert.deepEqual(await Model.destroyById(String(id)), {count: 1});
  });

  it('may be other values, which stay what they are', async () => {
    const {Model} = emulating('mongodb', {
      id: {type: String, id: true},
      name: String,
    });
    assert.equal((await Model.create({id: 'line-by-line'})).id, 'line-by-line');
    const hex = '507f1f77bcf86cd799439011';
    await Model.create({id: hex});
    assert.equal((await Model.findById(hex)).id.toString(), hex);
  });

  it('are no numbers where a number is missing', async () => {
    const {Model} = emulating('mongodb', {
      id: {type: Number, id: true},
      name: String,
    });
    await Model.create({name: 'Ulm'});
    const [city] = await Model.find();
    assert.ok(Number.isNaN(city.id));
  });

  it('that are taken are refused with code 11000', async () => {
    const {Model} = emulating('mongodb', {
      id: {type: String, id: true},
      name: String,
    });
    await Model.create({id: 'x'});
    const error = await failureOf(Model.create({id: 'x'}));
    assert.equal(error.name, 'MongoServerError');
    assert.equal(
      error.message,
      'E11000 duplicate key error collection: test.City index: _id_ ' +
        'dup key: { _id: "x" }',
    );
    assert.deepEqual(Object.entries(error), [
      ['index', 0],
      ['code', 11_000],
      ['keyPattern', {_id: 1}],
      ['keyValue', {_id: 'x'}],
    ]);
    assert.equal((error['cause'] as {code: string}).code, 'DUPLICATE_KEY');
  });

  it('are made of texts of 24 digits in all properties', async () => {
    const {Model} = emulating('mongodb', {id: generated, boss: String});
    const {id} = await Model.create({});
    const text = String(id);
    await Model.create({boss: text});
    const [found] = await Model.find({where: {boss: text}});
    assert.equal(found.boss._bsontype, 'ObjectId');
    assert.equal(await Model.count({boss: {like: text}}), 0);
  });

  it('stay texts in properties by strictObjectIDCoercion', async () => {
    const {Model} = emulating(
      'mongodb',
      {
        id: generated,
        boss: String,
        friend: {type: String, mongodb: {dataType: 'ObjectID'}},
      },
      {strictObjectIDCoercion: true},
    );
    const text = '507f1f77bcf86cd799439011';
    await Model.create({boss: text, friend: text});
    const [city] = await Model.find({where: {boss: text, friend: text}});
    assert.equal(city.boss, text);
    assert.equal(city.friend._bsontype, 'ObjectId');
    const {message} = await failureOf(Model.create({friend: 'nobody'}));
    assert.equal(message, '"nobody" is not an ObjectID string');
  });
});
