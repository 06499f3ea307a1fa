import assert from 'node:assert/strict';
import {makeDataSource, type Model} from '../support/connector/data-source';

const id = {type: Number, id: true, generated: true};

function define(): Model {
  return makeDataSource().define(
    'M',
    {id, n: Number, s: String, tags: [String], meta: Object, like: String},
    {strict: false},
  );
}

describe('a regular expression in a text, through a model,', () => {
  const cases: readonly [expression: string, text: string, found: boolean][] = [
    ['(?i)caf', 'Caf\u00e9', true],
    ['(?i)\u00c9', 'caf\u00e9', true],
    ['(?s)a.b', 'a\nb', true],
    ['a.b', 'a\nb', false],
    ['(?m)^b$', 'a\r\nb\r\nc', true],
    ['(?im)^B$', 'a\nb', true],
    ['/CAF/i', 'caf', true],
    ['/a.b/s', 'a\nb', true],
    ['/usr/bin', 'in /usr/bin', true],
    ['a/b', 'a/b', true],
    ['^a\\sb$', 'a\u00a0b', true],
    ['c++', 'c++', true],
    ['(x', 'a(x)', true],
  ];
  for (const [expression, text, found] of cases) {
    it(`${expression} ${found ? 'is' : 'is not'} found in ${JSON.stringify(text)}`, async () => {
      const model = define();
      await model.create({s: text, more: text});
      assert.equal(await model.count({s: {regexp: expression}}), found ? 1 : 0);
      const where = {or: [{s: {not: {regexp: expression}}}]};
      assert.equal(await model.count(where), found ? 0 : 1);
    });
  }

  it('is found in a property that is not declared', async () => {
    const model = define();
    await model.create({more: 'Caf\u00e9'});
    const found = await model.find({where: {more: {regexp: '(?i)caf'}}});
    assert.equal(found.length, 1);
  });

  it('with flags is refused in plain words where it is none', async () => {
    await assert.rejects(define().find({where: {s: {regexp: '(?i)(x'}}}), {
      code: 'INVALID_FILTER',
      statusCode: 400,
      message:
        'The regular expression (?i)(x cannot be used: Unterminated group.',
    });
  });
});

describe('a text that is no regular expression', () => {
  it('is a pattern of like as it stands', async () => {
    const model = define();
    await model.createAll([{s: '100% (x'}, {s: '1000 (x'}]);
    assert.equal(await model.count({s: {like: '100\\% (_'}}), 1);
    assert.equal(await model.count({s: {ilike: '%0 (X'}}), 1);
  });

  it('may be the value of a property with the name of an operator', async () => {
    const model = define();
    const row = {like: 'a(b', meta: {regexp: '[a', list: [{like: '(%'}]}};
    const {id: created} = await model.create(row);
    const [found] = await model.find({where: {like: 'a(b'}});
    assert.deepEqual(found?.toObject().meta, row.meta);
    await model.updateAll({id: created}, {meta: {regexp: 'c++'}});
    assert.equal((await model.findById(created)).meta.regexp, 'c++');
  });
});

describe('a filter that LoopBack fails at', () => {
  const refused: readonly object[] = [
    {and: [null]},
    {or: [{n: 1}, null]},
    {nor: [null]},
    {not: [null]},
    {not: {hasOwnProperty: 1}},
    {n: {hasOwnProperty: 1}},
    {n: {eq: {hasOwnProperty: 1}}},
    {meta: {hasOwnProperty: 1}},
    {and: [{or: [{n: {hasOwnProperty: 1}}]}]},
    JSON.parse('{"n": {"__proto__": 1}}') as object,
    {n: {options: 'i'}},
    {s: {maxDistance: 1}},
    {n: {constructor: 1}},
    {n: {toString: 1}},
  ];
  for (const where of refused) {
    it(`is the client's fault: ${JSON.stringify(where)}`, async () => {
      const model = define();
      await model.create({n: 1});
      const copy = () => structuredClone(where);
      await assert.rejects(model.find({where: copy()}), {statusCode: 400});
      await assert.rejects(model.count(copy()), {statusCode: 400});
      await assert.rejects(model.destroyAll(copy()), {statusCode: 400});
    });
  }

  it('has a limit or fields that are objects', async () => {
    const hostile = {toString: 1};
    for (const name of ['limit', 'skip']) {
      const filter = {[name]: hostile};
      await assert.rejects(define().find(filter), {statusCode: 400}, name);
    }
    await assert.rejects(define().find({fields: [hostile]}), {statusCode: 400});
  });

  it('is answered where it has a meaning', async () => {
    const model = define();
    await model.create({n: 1, more: [null, 'q'], meta: {}});
    for (const where of [
      null,
      {more: [null, 'q']},
      {more: {eq: [null, 'q']}},
      {more: {eq: [null, 'q'], exists: true}},
      {n: {inq: [null, 1]}},
      {meta: Object.create(null) as object},
    ]) {
      const {length} = await model.find({where});
      assert.equal(length, 1, JSON.stringify(where));
    }
  });
});
