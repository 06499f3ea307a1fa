import assert from 'node:assert/strict';
import {emulating, failureOf} from '../../support/dialects/emulated';

const properties = {
  id: {type: Number, id: true},
  name: String,
  inhabitants: Number,
  founded: Date,
  any: 'any',
};

const cities = [
  {
    id: 1,
    name: 'Ulm',
    inhabitants: 126_000,
    founded: new Date('0854-07-22'),
    any: {river: 'Danube', parts: [{name: 'Weststadt'}, {name: 'Wiblingen'}]},
  },
  {id: 2, name: 'Aalen', inhabitants: 68_000, any: ['wheel', 'spa']},
  {id: 3, name: null, any: 'wheel'},
  {id: 4, inhabitants: 5},
];

/** Cities, with `hazards: 'copy'`. */
async function collection() {
  const {Model} = emulating(
    {database: 'mongodb', hazards: 'copy'},
    properties,
    {strict: false},
  );
  await Model.create(cities);
  return {
    Model,
    /** The ids of the documents that a where finds. */
    ids: async (where: object): Promise<number[]> =>
      (await Model.find({where})).map(({id}: {id: number}) => id),
    /** The code and the message that a where fails with. */
    refuse: async (where: object): Promise<[unknown, string]> => {
      const {code, message} = await failureOf(Model.find({where}));
      return [code, message];
    },
  };
}

describe("MongoDB's filters", () => {
  it('of several operators on a property that is declared are a hazard', async () => {
    const {Model} = emulating('mongodb', properties);
    await assert.rejects(Model.find({where: {inhabitants: {gt: 1, lt: 9}}}), {
      code: 'EMULATION_HAZARD',
      message: /reads one operator of inhabitants, "gt", and leaves out "lt"/,
    });
  });

  it('find null where it is, and not where nothing is', async () => {
    const {ids} = await collection();
    assert.deepEqual(await ids({name: null}), [3]);
    assert.deepEqual(await ids({name: {neq: null}}), [1, 2]);
    assert.deepEqual(await ids({name: {inq: [null]}}), [3, 4]);
    assert.deepEqual(await ids({any: {exists: false}}), [4]);
  });

  it('find null and missing by what differs', async () => {
    const {ids} = await collection();
    assert.deepEqual(await ids({name: {neq: 'Ulm'}}), [2, 3, 4]);
    assert.deepEqual(await ids({name: {nin: ['Ulm', 'Aalen']}}), [3, 4]);
    assert.deepEqual(await ids({name: {nlike: 'l'}}), [3, 4]);
  });

  it('take like for an expression anywhere in the text', async () => {
    const {ids} = await collection();
    assert.deepEqual(await ids({name: {like: 'l'}}), [1, 2]);
    assert.deepEqual(await ids({name: {like: '^a'}}), []);
    assert.deepEqual(await ids({name: {like: '^a', options: 'i'}}), [2]);
    assert.deepEqual(await ids({name: {regexp: /M$/i}}), [1]);
  });

  it('lead through objects and arrays', async () => {
    const {ids} = await collection();
    assert.deepEqual(await ids({'any.river': 'Danube'}), [1]);
    assert.deepEqual(await ids({'any.parts.name': 'Wiblingen'}), [1]);
    assert.deepEqual(await ids({'any.parts.1.name': 'Wiblingen'}), [1]);
    assert.deepEqual(
      await ids({'any.parts.name': {neq: 'Wiblingen'}}),
      [2, 3, 4],
    );
  });

  it('find an array by an element, and by all of it', async () => {
    const {ids} = await collection();
    assert.deepEqual(await ids({any: 'wheel'}), [2, 3]);
    assert.deepEqual(await ids({any: ['wheel', 'spa']}), [2]);
    assert.deepEqual(await ids({any: ['spa', 'wheel']}), []);
    assert.deepEqual(await ids({any: {all: ['spa', 'wheel']}}), [2]);
    assert.deepEqual(await ids({any: {size: 2}}), [2]);
  });

  it('compare values of one type alone', async () => {
    const {ids} = await collection();
    assert.deepEqual(await ids({inhabitants: {gt: 5}}), [1, 2]);
    assert.deepEqual(await ids({any: {gt: 'a'}}), [2, 3]);
    assert.deepEqual(await ids({inhabitants: {gte: null}}), [3]);
    const before = {founded: {lt: new Date()}};
    assert.deepEqual(await ids(before), [1]);
  });

  it('know nor, and find undeclared properties', async () => {
    const {Model, ids} = await collection();
    await Model.create({id: 5, mayor: 'x'});
    assert.deepEqual(await ids({mayor: 'x'}), [5]);
    assert.deepEqual(await ids({nor: [{id: 1}, {name: null}]}), [2, 4, 5]);
  });

  it('fail on what is no operator with code 2', async () => {
    const {refuse} = await collection();
    assert.deepEqual(await refuse({any: {foo: 1}}), [
      2,
      'unknown operator: $foo',
    ]);
    assert.deepEqual(await refuse({not: {inhabitants: 1}}), [
      2,
      'unknown operator: $inhabitants',
    ]);
    assert.deepEqual(await refuse({or: []}), [
      2,
      '$and/$or/$nor must be a nonempty array',
    ]);
  });

  it('say which operators are not emulated', async () => {
    const {refuse} = await collection();
    const [code, message] = await refuse({any: {elemMatch: {name: 'x'}}});
    assert.equal(code, 'INVALID_FILTER');
    assert.match(
      message,
      /^The operator \$elemMatch of MongoDB is not emulated/,
    );
  });

  it('order by type, then by value, arrays by one of their elements', async () => {
    const {Model} = emulating('mongodb', {
      id: {type: Number, id: true},
      v: 'any',
    });
    const values = [true, 's', 2, [3, 0], {a: 1}, null, new Date(0), []];
    for (const [i, v] of values.entries()) await Model.create({id: i, v});
    const ids = async (order: string): Promise<number[]> =>
      (await Model.find({order})).map(({id}: {id: number}) => id);
    assert.deepEqual(await ids('v'), [7, 5, 3, 2, 1, 4, 0, 6]);
    assert.deepEqual(await ids('v DESC'), [6, 0, 4, 1, 3, 2, 5, 7]);
  });
});
