import assert from 'node:assert/strict';
import {emulating, failureOf} from '../../support/dialects/emulated';

const properties = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, length: 40, index: true},
  rank: Number,
  at: Date,
};

async function people(emulate: unknown = 'mariadb') {
  const {Model, dataSource} = emulating(emulate, properties);
  const names = ['Bob', 'Émile', 'emile', 'bob ', 'Zoë', null];
  for (const [i, name] of names.entries()) await Model.create({name, rank: i});
  /** The ranks of those found. */
  const find = async (where: object, order = 'id'): Promise<number[]> =>
    (await Model.find({where, order})).map((row: {rank: number}) => row.rank);
  return {Model, dataSource, find};
}

describe('MariaDB filters', () => {
  it('have texts equal without case, accents and blanks at the end', async () => {
    const {find} = await people();
    assert.deepEqual(await find({name: 'BOB'}), [0, 3]);
    assert.deepEqual(await find({name: 'emile'}), [1, 2]);
    assert.deepEqual(await find({name: {inq: ['ZOE', 'zoë', null]}}), [4]);
    assert.deepEqual(await find({name: {neq: 'bob'}}), [1, 2, 4]);
    assert.deepEqual(await find({name: {nin: ['bob', 'EMILE']}}), [4]);
    assert.deepEqual(await find({name: {nin: ['bob', null]}}), []);
  });

  it('answer equality of texts by an index', async () => {
    const {dataSource} = await people();
    const {text} = dataSource.connector.explain('City', {
      where: {name: 'BOB'},
    });
    assert.match(text, /index name/);
  });

  it('compare and order texts by letter', async () => {
    const {find} = await people();
    assert.deepEqual(await find({name: {gt: 'bob'}}), [1, 2, 4]);
    assert.deepEqual(
      await find({name: {between: ['BOB', 'emile']}}),
      [0, 1, 2, 3],
    );
    const {Model} = await people();
    const ordered = await Model.find({order: ['name DESC', 'id']});
    assert.deepEqual(
      ordered.map((row: {rank: number}) => row.rank),
      [4, 1, 2, 0, 3, 5],
    );
  });

  it('have patterns without case, to which blanks at the end count', async () => {
    const {find} = await people();
    assert.deepEqual(await find({name: {like: 'BO_'}}), [0]);
    assert.deepEqual(await find({name: {like: '%É%'}}), [1, 2, 4]);
    assert.deepEqual(await find({name: {nlike: 'bob%'}}), [1, 2, 4]);
    assert.deepEqual(await find({rank: {like: '1%'}}), [1]);
  });

  it('compare a text with a number by what it begins with', async () => {
    const {Model} = await people();
    assert.equal(await Model.count({rank: {gt: '3 or so'}}), 2);
  });

  it('compare dates with all digits of the operand', async () => {
    const {Model} = await people();
    await Model.create({at: '2026-01-02T03:04:05.678Z'});
    assert.equal(await Model.count({at: '2026-01-02T03:04:05.678Z'}), 0);
    assert.equal(await Model.count({at: '2026-01-02T03:04:05.000Z'}), 1);
  });

  const failures: readonly [filter: object, code: string, message: RegExp][] = [
    [{where: {name: {ilike: 'b%'}}}, 'ER_PARSE_ERROR', /near ''b%'' at line 1/],
    [
      {where: {name: {regexp: '^b'}}},
      'ER_SP_DOES_NOT_EXIST',
      /^FUNCTION test\.REGEXP_LIKE does not exist$/,
    ],
    [
      {where: {rank: Number.NaN}},
      'ER_BAD_FIELD_ERROR',
      /^Unknown column 'NaN' in 'WHERE'$/,
    ],
    [
      {order: 'nmae'},
      'ER_BAD_FIELD_ERROR',
      /^Unknown column 'nmae' in 'ORDER BY'$/,
    ],
    [{order: []}, 'ER_PARSE_ERROR', /near '' at line 1/],
    [
      {limit: Infinity},
      'ER_SP_UNDECLARED_VAR',
      /Undeclared variable: Infinity/,
    ],
  ];
  for (const [filter, code, message] of failures) {
    it(`fail with ${code} on ${JSON.stringify(filter)}`, async () => {
      const {Model} = await people();
      const failure = await failureOf(Model.find(filter));
      assert.equal(failure['code'], code);
      assert.match(failure.message, message);
    });
  }

  it('search no words, and say so where there is an index for it', async () => {
    const {Model} = emulating(
      'mariadb',
      {
        id: {type: Number, id: true},
        title: {type: String, index: {kind: 'FULLTEXT'}},
        text: String,
        note: String,
      },
      {
        indexes: {words: {kind: 'FULLTEXT', columns: 'text'}},
        allowExtendedOperators: true,
      },
    );
    const codeOf = async (where: object) =>
      (await failureOf(Model.find({where})))['code'];
    assert.equal(await codeOf({title: {match: 'a'}}), 'NOT_EMULATED');
    assert.equal(await codeOf({text: {matchbool: 'a'}}), 'NOT_EMULATED');
    const without = await codeOf({note: {match: 'a'}});
    assert.equal(without, 'ER_FT_MATCHING_KEY_NOT_FOUND');
  });
});

describe('MariaDB filters with the collation utf8mb4_bin', () => {
  it('have texts equal that are the same but for blanks at the end', async () => {
    const {find} = await people({
      database: 'mariadb',
      collation: 'utf8mb4_bin',
    });
    assert.deepEqual(await find({name: 'Bob'}), [0]);
    assert.deepEqual(await find({name: 'bob'}), [3]);
  });
});

describe('MySQL filters', () => {
  it('have regular expressions, and blanks at the end count', async () => {
    const {find} = await people('mysql');
    assert.deepEqual(await find({name: {regexp: /^b/i}}), [0, 3]);
    assert.deepEqual(await find({name: 'BOB'}), [0]);
    assert.deepEqual(await find({name: 'EMILE'}), [1, 2]);
  });
});
