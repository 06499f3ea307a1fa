import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {Database} from '../../lib/database/database';
import {explainQuery, insert, select} from '../../lib/database/statements';
import type {Filter} from '../../lib/query/query';
import {tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';

const rowCount = 700;

/** The ids of row number `n`, in no relation to the other properties. */
const idsOf: Record<string, (n: number) => object> = {
  numbers: n => ({id: n - 300}),
  'numbers with a bigint': n => ({id: n === 9 ? 9n : n}),
  texts: n => ({id: `${n}`}),
  'texts and numbers': n => ({id: n % 2 ? n : `${n}`}),
  dates: n => ({id: new Date(n * 1_000)}),
  pairs: n => ({id: n % 7, part: `${n}`}),
  'no ids': () => ({}),
};

function openWith(idOf: (n: number) => object): Database {
  const primaryKey = Object.keys(idOf(0));
  const schema = schemaOf({
    primaryKey,
    columns: {},
    idGeneration: primaryKey.length === 0 ? 'number' : 'none',
  });
  const database = new Database();
  const indexes = [
    indexOn('group'),
    indexOn('code', {isUnique: true}),
    indexOn(['shade', '-code']),
  ];
  database.declare('City', {...schema, indexes});
  database.declare('Plain', {...schema, name: 'Plain'});
  const rows = Array.from({length: rowCount}, (_, i) => ({
    ...idOf((i * 463) % rowCount),
    group: i % 5,
    code: (i * 7919) % rowCount,
    shade: i % 40,
  }));
  for (const name of ['City', 'Plain']) {
    void database.write(to => insert(to, name, rows));
  }
  return database;
}

const code = fc.integer({min: -1, max: rowCount});
const codes = fc.array(code, {maxLength: 90});
const group = fc.nat(5);

const anyWhere: fc.Arbitrary<object> = fc.oneof(
  codes.map(inq => ({code: {inq}})),
  fc.tuple(code, code).map(([gte, lt]) => ({code: {gte, lt}})),
  fc.tuple(code, group).map(([gte, by]) => ({code: {gte}, group: {neq: by}})),
  fc
    .tuple(codes, group)
    .map(([inq, by]) => ({or: [{code: {inq}}, {group: by}, {shade: 3}]})),
  fc
    .tuple(code, fc.array(fc.nat(40)))
    .map(([gt, inq]) => ({shade: {inq}, code: {gt}})),
  fc.tuple(code, group).map(([id, by]) => ({or: [{id}, {group: by}]})),
);

const anyFilter = fc.record(
  {
    where: anyWhere,
    order: fc.constantFrom('shade', 'group DESC, code'),
    limit: fc.constantFrom(1, 20, 300),
    skip: fc.constantFrom(3, 100),
  },
  {requiredKeys: ['where'], noNullPrototype: true},
);

describe('rows by id from an index', () => {
  for (const [ids, idOf] of Object.entries(idsOf)) {
    it(`are those of a scan, in its order: ids are ${ids}`, () => {
      const database = openWith(idOf);
      const find = (name: string, filter: Filter) =>
        database.view(view => select(view, name, filter));
      tryOften(
        fc.property(anyFilter, filter => {
          assert.deepEqual(find('City', filter), find('Plain', filter));
        }),
        100,
      );
    });
  }

  it('are looked at up to the limit, those that need no test only so far', () => {
    const database = openWith(idsOf['numbers']!);
    const explain = (filter: Filter) =>
      database.view(view => explainQuery(view, 'City', filter));
    const where = {code: {inq: Array.from({length: 50}, (_, i) => i)}};
    assert.equal(explain({where}).rowsExamined, 50);
    assert.equal(explain({where, limit: 3}).rowsExamined, 3);
    assert.equal(explain({where, limit: 3, skip: 4}).rowsExamined, 7);
  });
});
