import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {type Case, ruleFor, rules} from '../../lib/testing/rules';
import {root} from '../support/package/application';

const value = (told: any) => ({value: told});
const failure = (code: string) => ({error: {name: 'error', code}});
const row = {id: 1, n: 1};
const missing = {'@': 'undefined'};

type Example = [
  rule: string,
  method: string,
  arg: unknown,
  answer: any,
  otherAnswer: any,
];

/** A call on a model with `id`, `n` and `s`, one row of which has no `n`. */
function caseOf([, method, arg, answer, otherAnswer]: Example): Case {
  return {
    call: {model: 'M', method, args: [arg]},
    answer,
    otherAnswer,
    database: 'sqlite3',
    properties: ['id', 'n', 's'],
    typed: ['n'],
    rowsBefore: [row, {id: 2}],
  };
}

const one = value([row]);
const other = value([{id: 2, n: 5}]);
const both = value([row, {id: 2, n: 5}]);
const list = value([{id: 1, l: []}]);

const cases: Example[] = [
  ['tx.aborted', 'count', {}, value(1), failure('25P02')],
  ['mig.table', 'count', {}, value(1), failure('42P01')],
  ['where.unknown', 'count', {and: [{tpyo: 1}]}, value(0), value(2)],
  ['where.first', 'count', {n: {gt: 1, lt: 3}}, value(0), value(2)],
  ['where.empty', 'count', {or: []}, value(0), value(2)],
  ['err.operator', 'updateAll', {}, value(1), failure('42601')],
  ['type.value', 'create', {n: 1.5}, value(row), failure('22P02')],
  ['null.column', 'create', {}, value(row), failure('23502')],
  ['err.shape', 'create', {}, failure('DUPLICATE_KEY'), failure('23505')],
  ['err.first', 'create', {}, failure('DUPLICATE_KEY'), failure('23503')],
  ['err.strict', 'count', {n: {like: ''}}, failure('INVALID_FILTER'), value(0)],
  ['err.connector', 'find', {}, one, {error: {name: 'SyntaxError'}}],
  ['err.found', 'findOrCreate', {}, failure('NOT_NULL_VIOLATION'), one],
  ['id.row', 'create', {id: 'a'}, value({id: 'a'}), value({id: 1})],
  ['id.sequence', 'create', {}, value(row), failure('23505')],
  ['upsert.default', 'upsert', {id: 1}, value({id: 1}), value(row)],
  ['type.unique', 'create', {id: 1, n: 1.005}, value(row), failure('23505')],
  [
    'null.read',
    'find',
    {},
    value([{...row, s: missing}]),
    value([{...row, s: null}]),
  ],
  ['type.read', 'find', {}, one, value([{...row, n: '1'}])],
  [
    'null.order',
    'find',
    {order: ['n']},
    value([{id: 2}, row]),
    value([row, {id: 2}]),
  ],
  ['order.none', 'find', {}, value([{id: 2}, row]), value([row, {id: 2}])],
  ['null.3vl', 'find', {where: {n: {neq: 1}}}, one, value([])],
  ['null.list', 'count', {n: {inq: [null]}}, value(1), value(0)],
  ['obj.text', 'find', {where: {l: []}}, list, value([])],
  ['type.compare', 'count', {n: 0.1}, value(1), value(0)],
  ['coll.text', 'count', {s: 'a'}, value(0), value(1)],
  [
    'where.empty',
    'findOrCreate',
    {where: {or: []}},
    failure('DUPLICATE_KEY'),
    value([row, false]),
  ],
];

/* What looks like it, and is something else. */
const unrelated: Example[] = [
  ['tx.aborted', 'count', {}, value(1), failure('40001')],
  ['mig.table', 'count', {}, value(1), failure('42601')],
  ['where.unknown', 'count', {tpyo: 1}, value(2), value(0)],
  ['where.unknown', 'find', {where: {tpyo: 1}}, one, other],
  ['where.first', 'count', {n: {gt: 1}}, value(0), value(2)],
  ['where.empty', 'count', {or: [{n: 1}]}, value(0), value(2)],
  ['where.empty', 'count', {or: []}, failure('DUPLICATE_KEY'), value(2)],
  ['err.operator', 'updateAll', {}, value(1), failure('23505')],
  ['type.value', 'create', {n: 1.5}, value(row), failure('23505')],
  ['type.value', 'find', {}, one, value([{...row, n: 2}])],
  ['type.value', 'find', {}, value(['a']), value(['b'])],
  ['null.column', 'create', {}, failure('DUPLICATE_KEY'), failure('23502')],
  ['err.shape', 'create', {}, failure('DUPLICATE_KEY'), failure('23502')],
  ['err.first', 'create', {}, value(row), failure('23503')],
  ['err.first', 'create', {}, failure('DUPLICATE_KEY'), failure('40001')],
  ['err.strict', 'count', {}, failure('DUPLICATE_KEY'), value(0)],
  ['err.connector', 'find', {}, one, failure('XX000')],
  ['err.found', 'create', {}, failure('NOT_NULL_VIOLATION'), one],
  ['id.row', 'create', {id: 'a'}, value({id: 'a'}), value({id: 1, n: 1})],
  ['id.sequence', 'create', {id: 1}, value(row), failure('23505')],
  ['id.sequence', 'create', {}, value(row), value({id: 2, n: 2})],
  ['upsert.default', 'upsert', {id: 1}, value(row), value({id: 1})],
  ['upsert.default', 'create', {id: 1}, value({id: 1}), value(row)],
  ['type.unique', 'create', {id: 1, n: 2}, value(row), failure('23505')],
  [
    'null.read',
    'find',
    {},
    value([{...row, s: 'a'}]),
    value([{...row, s: null}]),
  ],
  ['type.read', 'find', {}, one, value([{...row, n: '2'}])],
  ['null.order', 'find', {order: ['n']}, one, other],
  ['null.order', 'find', {}, both, value([{id: 2, n: 5}, row])],
  ['order.none', 'find', {}, both, one],
  ['order.none', 'find', {order: ['n']}, both, value([{id: 2, n: 5}, row])],
  ['null.3vl', 'find', {where: {n: {neq: 1}}}, value([]), one],
  ['null.3vl', 'find', {where: {id: {neq: 1}}}, one, value([])],
  ['null.list', 'count', {n: {inq: [null]}}, value(0), value(1)],
  ['obj.text', 'find', {where: {n: 1}}, one, value([])],
  ['type.compare', 'count', {s: 'a'}, value(1), value(0)],
  ['coll.text', 'count', {n: 1}, value(0), value(1)],
];

describe('the rules of compareWith', () => {
  for (const example of cases) {
    const [name, method, arg] = example;
    it(`${name} explains ${method}(${JSON.stringify(arg)})`, () => {
      assert.equal(ruleFor(caseOf(example))?.name, name);
    });
  }

  for (const example of unrelated) {
    const [name, method, arg, ...answers] = example;
    const title = [arg, ...answers].map(each => JSON.stringify(each)).join();
    it(`${name} does not explain ${method}: ${title}`, () => {
      const rule = rules.find(each => each.name === name)!;
      assert.equal(rule.explains(caseOf(example)), false);
    });
  }

  it('each have something that they do not explain', () => {
    assert.deepEqual(
      rules.map(({name}) => name),
      [...new Set(unrelated.map(([name]) => name))],
    );
  });

  it('all have a case here', () => {
    assert.deepEqual(
      rules.map(({name}) => name),
      [...new Set(cases.map(([name]) => name))],
    );
  });

  it('explain nothing where a row is missing for no reason', () => {
    const example: Example = ['', 'find', {}, value([row]), value([])];
    assert.equal(ruleFor(caseOf(example)), undefined);
  });

  it('are those of docs/emulation-proof.md', () => {
    const text = readFileSync(
      path.join(root, 'docs/emulation-proof.md'),
      'utf8',
    );
    const rows = [...text.matchAll(/^\| `([\w.]+)` +\| (.*?) +\|$/gm)];
    assert.deepEqual(
      rows.map(([, name, says]) => ({name, says})),
      rules.map(({name, says}) => ({name, says})),
    );
  });
});
