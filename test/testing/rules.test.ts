import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {ruleFor, rules} from '../../lib/testing/rules';
import {root} from '../support/package/application';

const value = (told: any) => ({value: told});
const failure = (code: string) => ({error: {name: 'error', code}});
const row = {id: 1, n: 1};
const missing = {'@': 'undefined'};

/** What two answers to a call on a model with `id`, `n` and `s` are explained by. */
function nameOf(method: string, arg: unknown, answer: any, otherAnswer: any) {
  const call = {model: 'M', method, args: [arg]};
  const properties = ['id', 'n', 's'];
  return ruleFor({call, answer, otherAnswer, properties})?.name;
}

const cases: [string, string, unknown, any, any][] = [
  ['tx.aborted', 'count', {}, value(1), failure('25P02')],
  ['mig.table', 'count', {}, value(1), failure('42P01')],
  ['where.unknown', 'count', {and: [{tpyo: 1}]}, value(0), value(2)],
  ['where.first', 'count', {n: {gt: 1, lt: 3}}, value(0), value(2)],
  ['where.empty', 'count', {or: []}, value(0), value(2)],
  ['err.operator', 'updateAll', {}, value(1), failure('42601')],
  ['type.value', 'create', {n: 1.5}, value(row), failure('22P02')],
  ['null.column', 'create', {}, value(row), failure('23502')],
  ['err.shape', 'create', {}, failure('DUPLICATE_KEY'), failure('23505')],
  ['id.sequence', 'create', {}, value(row), failure('23505')],
  [
    'null.read',
    'find',
    {},
    value([{...row, s: missing}]),
    value([{...row, s: null}]),
  ],
  [
    'null.order',
    'find',
    {order: ['n']},
    value([{id: 2}, row]),
    value([row, {id: 2}]),
  ],
  ['null.3vl', 'find', {where: {n: {neq: 1}}}, value([row]), value([])],
  ['null.list', 'count', {n: {inq: [null]}}, value(1), value(0)],
  ['coll.text', 'count', {s: 'a'}, value(0), value(1)],
  ['type.read', 'find', {}, value([row]), value([{...row, n: '1'}])],
];

describe('the rules of compareWith', () => {
  for (const [name, method, arg, answer, otherAnswer] of cases) {
    it(`${name} explains ${method}(${JSON.stringify(arg)})`, () => {
      assert.equal(nameOf(method, arg, answer, otherAnswer), name);
    });
  }

  it('all have a case here', () => {
    assert.deepEqual(
      rules.map(({name}) => name),
      cases.map(([name]) => name),
    );
  });

  it('explain nothing where a row is missing for no reason', () => {
    assert.equal(nameOf('find', {}, value([row]), value([])), undefined);
  });

  it('are those of docs/testing.md', () => {
    const text = readFileSync(path.join(root, 'docs/testing.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `([\w.]+)` +\| (.*?) +\|$/gm)];
    assert.deepEqual(
      rows.map(([, name, says]) => ({name, says})),
      rules.map(({name, says}) => ({name, says})),
    );
  });
});
