import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  model,
  property,
} from '@loopback/repository';
import * as inmemory from '../../index';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';

@model()
class Note extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @property({type: 'number', index: true})
  a?: number;

  @property({type: 'string', index: {unique: true}})
  d?: string;
}

function noteOf(values: object): Note {
  return Object.assign(new Note(), values);
}

/** Of loose types: they would not let undefined be written. */
function noteRepository(): DefaultCrudRepository<any, number> {
  const dataSource = new juggler.DataSource({connector: inmemory});
  return new DefaultCrudRepository(Note, dataSource);
}

type Notes = ReturnType<typeof noteRepository>;

describe('what is undefined in an update through a repository', () => {
  const updates: Readonly<Record<string, (notes: Notes) => Promise<unknown>>> =
    {
      updateAll: notes => notes.updateAll({a: 2, d: undefined}, {id: 1}),
      updateById: notes => notes.updateById(1, {a: 2, d: undefined}),
      update: notes => notes.update(noteOf({id: 1, a: 2, d: undefined})),
      save: notes => notes.save(noteOf({id: 1, a: 2, d: undefined})),
      replaceById: notes => notes.replaceById(1, {a: 2, d: undefined}),
    };
  for (const [name, update] of Object.entries(updates)) {
    it(`is gone from the row after ${name}`, async () => {
      const notes = noteRepository();
      await notes.create({a: 1, d: 'x'});
      await update(notes);
      const [note] = await notes.find({where: {a: 2}});
      assert.deepEqual(note?.toObject(), {id: 1, a: 2});
      assert.equal((await notes.count({d: null as never})).count, 1);
      assert.equal((await notes.count({d: 'x'})).count, 0);
    });
  }

  it('frees the key of a unique index', async () => {
    const notes = noteRepository();
    await notes.create({a: 1, d: 'x'});
    await notes.updateById(1, {d: undefined});
    await notes.create({a: 1, d: 'x'});
    assert.equal((await notes.count()).count, 2);
  });

  it('is no id: that stays', async () => {
    const notes = noteRepository();
    await notes.create({a: 1});
    await notes.updateAll({id: undefined, a: 2});
    assert.deepEqual((await notes.findById(1)).toObject(), {id: 1, a: 2});
  });

  it('may be what soft deletion sets, and takes back', async () => {
    const notes = noteRepository();
    await notes.create({a: 1, d: 'x'});
    await notes.updateAll({d: 'deleted'}, {d: {neq: 'deleted'}} as never);
    await notes.updateById(1, {d: undefined});
    assert.equal((await notes.find({where: {d: {neq: 'deleted'}}})).length, 1);
  });

  it('is refused where a value is required', async () => {
    const dataSource = makeDataSource();
    const required = {type: String, required: true};
    dataSource.define('M', {id: {type: Number, id: true}, required});
    const {connector} = dataSource;
    await call(connector, 'create', 'M', {id: 1, required: 'x'});
    const patch = {required: undefined};
    await assert.rejects(call(connector, 'updateAttributes', 'M', 1, patch), {
      code: 'NOT_NULL_VIOLATION',
    });
    const [row] = await call(connector, 'find', 'M', 1);
    assert.deepEqual(row, {id: 1, required: 'x'});
  });
});

describe('a condition of which all operands are undefined', () => {
  const id = {type: Number, id: true, generated: true};
  const conditions: readonly object[] = [
    {s: {eq: undefined}},
    {s: {neq: undefined}},
    {s: {inq: undefined}},
    {s: {nin: undefined}},
    {n: {gt: undefined}},
    {n: {gte: undefined, lte: undefined}},
    {n: {between: undefined}},
    {s: {like: undefined, options: 'i'}},
    {s: {regexp: undefined}},
    {s: {exists: undefined}},
    {g: {near: undefined, maxDistance: 1}},
    {tags: {contains: undefined}},
    {more: {eq: undefined}},
    {meta: {eq: undefined}},
    {s: {not: {eq: undefined}}},
    {s: {not: {not: {eq: undefined}}}},
    {n: 1, s: {eq: undefined}},
    {and: [{n: 1}, {s: {eq: undefined}}]},
    {or: [{s: {eq: undefined}}, {s: {inq: undefined}}]},
    {not: {s: {eq: undefined}}},
    {nor: [{n: 1}, {s: {eq: undefined}}]},
    {not: {or: [{n: 1}, {and: [{s: {neq: undefined}}]}]}},
    {nor: [{not: {s: {eq: undefined}}}]},
  ];
  let rows: Model;

  beforeEach(async () => {
    rows = makeDataSource().define(
      'M',
      {id, n: Number, s: String, g: 'GeoPoint', tags: [String], meta: Object},
      {strict: false},
    );
    await rows.createAll([{n: 1, s: 'a', meta: {}}, {n: 2}, {}]);
  });

  for (const where of conditions) {
    const shown = JSON.stringify(where, (_, value) => value ?? '<undefined>');
    it(`is met by no row: ${shown}`, async () => {
      const copy = () => structuredClone(where);
      assert.equal((await rows.find({where: copy()})).length, 0);
      assert.equal(await rows.count(copy()), 0);
      assert.equal((await rows.updateAll(copy(), {n: 5})).count, 0);
      assert.equal((await rows.destroyAll(copy())).count, 0);
    });
  }

  it('leaves an or to the others', async () => {
    const where = {or: [{n: 1}, {s: {eq: undefined}}]};
    assert.equal(await rows.count(where), 1);
  });

  it('is not one that has another operand', async () => {
    assert.equal(await rows.count({n: {gte: 2, lte: undefined}}), 1);
    assert.equal(await rows.count({n: {not: {eq: undefined}, neq: 1}}), 2);
  });

  it('is none where the model makes null of undefined', async () => {
    const options = {normalizeUndefinedInQuery: 'nullify'};
    assert.equal(await rows.count({s: {eq: undefined}}, options), 2);
  });

  it('is not what a client writes as {}', async () => {
    await assert.rejects(rows.count({s: {}}), {
      code: 'INVALID_FILTER',
      message: /names no operator/,
    });
  });
});
