import assert from 'node:assert/strict';
import {emulating, failureOf} from '../../support/dialects/emulated';

const properties = {
  id: {type: Number, id: true},
  name: String,
  inhabitants: Number,
  tags: ['string'],
};

/** Cities, with `hazards: 'copy'` where nothing else is said. */
async function cities(hazards = 'copy') {
  const {Model} = emulating({database: 'sqlite', hazards}, properties);
  await Model.create({id: 1, name: 'Ulm', inhabitants: 1, tags: ['blue']});
  await Model.create({id: 2, name: 'aalen', inhabitants: 2.5});
  await Model.create({id: 3, name: '\u00c9vry'});
  await Model.create({id: 4});
  return {
    Model,
    /** The ids of the rows that a where finds. */
    ids: async (where: object): Promise<number[]> =>
      (await Model.find({where})).map(({id}: {id: number}) => id),
    /** The code and the message that a filter fails with. */
    refuse: async (filter: object): Promise<[unknown, string]> => {
      const {code, message} = await failureOf(Model.find(filter));
      return [code, message];
    },
  };
}

describe("SQLite's filters", () => {
  it('take like without the case of ASCII, and of no other letters', async () => {
    const {ids} = await cities();
    assert.deepEqual(await ids({name: {like: 'ULM'}}), [1]);
    assert.deepEqual(await ids({name: {like: 'A%'}}), [2]);
    assert.deepEqual(await ids({name: {like: '\u00e9vry'}}), []);
    assert.deepEqual(await ids({name: {nlike: '%L%'}}), [3]);
  });

  it('know no escape in like', async () => {
    const {Model, ids} = await cities();
    await Model.create({id: 5, name: String.raw`a\b`});
    assert.deepEqual(await ids({name: {like: String.raw`a\%`}}), [5]);
  });

  it('take like of numbers as texts of floats', async () => {
    const {ids} = await cities();
    assert.deepEqual(await ids({inhabitants: {nlike: '1'}}), [1, 2]);
  });

  it('leave null out of what differs from a value', async () => {
    const {ids} = await cities();
    assert.deepEqual(await ids({name: {neq: 'Ulm'}}), [2, 3]);
    assert.deepEqual(await ids({name: {nin: ['Ulm', null]}}), []);
    assert.deepEqual(await ids({inhabitants: {neq: null}}), [1, 2]);
  });

  it('compare texts by code point, capitals before small letters', async () => {
    const {Model, ids} = await cities();
    await Model.create({id: 5, name: '\u{1f600}'});
    await Model.create({id: 6, name: '\uffff'});
    assert.deepEqual(await ids({name: {gt: 'Z'}}), [2, 3, 5, 6]);
    assert.deepEqual(await ids({name: {gt: '\uffff'}}), [5]);
    const ordered = await Model.find({order: 'name DESC', limit: 2});
    assert.deepEqual([ordered[0].id, ordered[1].id], [5, 6]);
  });

  it('never find an element of an array, which is a text', async () => {
    const {ids} = await cities();
    assert.deepEqual(await ids({tags: 'blue'}), []);
    assert.deepEqual(await ids({tags: {like: '%blue%'}}), [1]);
  });

  it('are what the juggler leaves of them: of several operators one, of eq a value', async () => {
    const {ids} = await cities();
    assert.deepEqual(await ids({inhabitants: {eq: 1}}), [1]);
    assert.deepEqual(await ids({inhabitants: {lt: 9, gt: 1}}), [2]);
    assert.deepEqual(await ids({and: [{inhabitants: {lt: 2, gt: 2}}]}), [2]);
  });

  it('fail on an operator that there is not, by the place of its operand', async () => {
    const {Model, refuse} = await cities();
    assert.deepEqual(
      await refuse({where: {id: 1, name: 'x', inhabitants: {exists: true}}}),
      ['SQLITE_ERROR', 'SQLITE_ERROR: near "?3": syntax error'],
    );
    const updated = await failureOf(
      Model.updateAll({name: {ilike: 'x'}}, {name: 'y', inhabitants: 1}),
    );
    assert.equal(updated.message, 'SQLITE_ERROR: near "?3": syntax error');
    assert.equal(updated['errno'], 1);
  });

  it('fail on regexp once the rest is understood', async () => {
    const {refuse} = await cities();
    const regexp = {name: {regexp: '^U'}};
    assert.deepEqual(await refuse({where: regexp}), [
      'SQLITE_ERROR',
      'SQLITE_ERROR: no such function: REGEXP',
    ]);
    const [, message] = await refuse({
      where: {...regexp, inhabitants: {exists: true}},
    });
    assert.equal(message, 'SQLITE_ERROR: near "?2": syntax error');
  });

  it('fail on more than 999 parameters', async () => {
    const {ids, refuse} = await cities();
    const many = Array.from({length: 1000}, (_, i) => i);
    assert.deepEqual(await ids({id: {inq: many.slice(1)}}), [1, 2, 3, 4]);
    assert.deepEqual(await refuse({where: {id: {inq: many}}}), [
      'SQLITE_ERROR',
      'SQLITE_ERROR: variable number must be between ?1 and ?999',
    ]);
  });

  it('take an order by what there is not for none, and no empty one', async () => {
    const {Model, refuse} = await cities();
    const rows = await Model.find({order: ['typo DESC', 'id DESC'], limit: 1});
    assert.equal(rows[0].id, 4);
    assert.deepEqual(await refuse({order: []}), [
      'SQLITE_ERROR',
      'SQLITE_ERROR: incomplete input',
    ]);
    assert.deepEqual(await refuse({order: [], limit: 1}), [
      'SQLITE_ERROR',
      'SQLITE_ERROR: near "LIMIT": syntax error',
    ]);
  });

  it('put the branches of or beside other conditions without parentheses', async () => {
    const {ids} = await cities();
    const or = [{id: 1}, {id: 4}];
    assert.deepEqual(await ids({name: 'Ulm', or}), [1, 4]);
    assert.deepEqual(await ids({or, name: 'Ulm'}), [1]);
    assert.deepEqual(await ids({and: [{name: 'Ulm'}, {or}]}), [1]);
  });

  it('are refused with such an or by hazards: error', async () => {
    const {Model} = await cities('error');
    const error = await failureOf(
      Model.destroyAll({name: 'Ulm', or: [{id: 1}, {id: 4}]}),
    );
    assert.equal(error['code'], 'EMULATION_HAZARD');
    assert.match(error.message, /writes "or" without parentheses/);
    assert.equal(await Model.count(), 4);
  });
});
