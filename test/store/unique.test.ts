import assert from 'node:assert/strict';
import {InMemoryError} from '../../lib/base/errors';
import type {RowChange} from '../../lib/store/table';
import {
  apply,
  applyInPlace,
  type Version,
  verify,
} from '../../lib/store/version';
import type {Row} from '../../lib/value/copy';
import {defaultDialect} from '../../lib/value/dialect';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  insert,
  rowChange,
  rowsOf,
  schemaChange,
  versionWith,
} from '../support/store/example';

const uniqueCode = indexOn('code', {isUnique: true});
const uniquePair = indexOn(['name', 'code'], {isUnique: true});

/** The two ways in which a single change is made. */
const ways: readonly [
  title: string,
  make: (version: Version, change: RowChange) => Version,
][] = [
  ['a statement', (v, change) => apply(v, [rowChange('City', change)])],
  ['a change in place', (v, change) => applyInPlace(v, 'City', change)],
];

for (const [title, make] of ways) {
  describe(`a unique key, for ${title},`, () => {
    function assertRefused(
      version: Version,
      change: RowChange,
      details: object,
    ): void {
      const before = rowsOf(version);
      assert.throws(
        () => make(version, change),
        (error: unknown) => {
          assert.ok(error instanceof InMemoryError, String(error));
          assert.equal(error.code, 'DUPLICATE_KEY');
          const {id, constraint, index, property, table, value} = error.details;
          assert.equal(constraint, index);
          const others = {table, index, property, value};
          assert.deepEqual(others, {table: 'City', ...details});
          // The row that is in the way, which a transaction may wait for.
          assert.ok(version.tables.get('City')!.rows.has(id), 'it is there');
          return true;
        },
      );
      assert.deepEqual(rowsOf(version), before);
      assert.deepEqual(verify(version), []);
    }

    const codes = schemaOf({indexes: [indexOn('name'), uniqueCode]});
    const codeTaken = {index: 'by_code', property: 'code', value: 7};

    it('refuses a new row with a value that is taken', () => {
      const version = versionWith(codes, [{id: 1, code: 7, name: 'a'}]);
      assertRefused(version, insert({id: 2, code: 7, name: 'b'}), codeTaken);
    });

    it('refuses a new row with an id that is taken', () => {
      const version = versionWith(codes, [{id: 1, code: 7}]);
      const details = {index: 'PRIMARY', property: 'id', value: 1};
      assertRefused(version, insert({id: 1, code: 8}), details);
    });

    it('refuses a row that takes the value of another', () => {
      const rows = [
        {id: 1, code: 7},
        {id: 2, code: 8},
      ];
      const row = {id: 2, code: 7};
      const change = {kind: 'update', id: 2, row} as const;
      assertRefused(versionWith(codes, rows), change, codeTaken);
    });

    it('refuses a row that takes the id of another', () => {
      const rows = [{id: 1}, {id: 2}];
      const change = {kind: 'update', id: 2, row: {id: 1}} as const;
      const details = {index: 'PRIMARY', property: 'id', value: 1};
      assertRefused(versionWith(codes, rows), change, details);
    });

    it('refuses a pair of values that is taken, naming both', () => {
      const schema = schemaOf({indexes: [uniquePair]});
      const version = versionWith(schema, [{id: 1, name: 'a', code: 7}]);
      assertRefused(version, insert({id: 2, name: 'a', code: 7}), {
        index: 'by_name_code',
        property: 'name, code',
        value: ['a', 7],
      });
    });

    it('refuses a taken value where ids have several parts', () => {
      const schema = schemaOf({
        primaryKey: ['tenant', 'id'],
        indexes: [uniqueCode],
      });
      const version = versionWith(schema, [{tenant: 1, id: 1, code: 7}]);
      assertRefused(version, insert({tenant: 1, id: 2, code: 7}), codeTaken);
    });

    it('refuses an id of several parts that is taken', () => {
      const schema = schemaOf({primaryKey: ['tenant', 'id']});
      const version = versionWith(schema, [{tenant: 1, id: 1}]);
      assertRefused(version, insert({tenant: 1, id: 1}), {
        index: 'PRIMARY',
        property: 'tenant, id',
        value: [1, 1],
      });
    });

    it('takes equal numbers of two types for one value', () => {
      const version = versionWith(codes, [{id: 1, code: 7}]);
      const details = {...codeTaken, value: 7n};
      assertRefused(version, insert({id: 2, code: 7n}), details);
    });

    const accepted: readonly [what: string, rows: Row[], change: RowChange][] =
      [
        ['a second null', [{id: 1, code: null}], insert({id: 2, code: null})],
        ['null beside a missing value', [{id: 1}], insert({id: 2, code: null})],
        [
          'a value of another kind',
          [{id: 1, code: 7}],
          insert({id: 2, code: '7'}),
        ],
        [
          'a row that keeps its value',
          [{id: 1, code: 7}],
          {kind: 'update', id: 1, row: {id: 1, code: 7, name: 'x'}},
        ],
        [
          'a row that keeps its value under another id',
          [{id: 1, code: 7}],
          {kind: 'update', id: 1, row: {id: 2, code: 7}},
        ],
        [
          'a third null',
          [
            {id: 1, code: null},
            {id: 2, code: null},
          ],
          {kind: 'update', id: 2, row: {id: 3, code: null}},
        ],
      ];
    for (const [what, rows, change] of accepted) {
      it(`accepts ${what}`, () => {
        const version = make(versionWith(codes, rows), change);
        assert.deepEqual(verify(version), []);
      });
    }

    it('accepts an equal pair of values of which one is null', () => {
      const schema = schemaOf({indexes: [uniquePair]});
      const version = versionWith(schema, [{id: 1, name: 'a'}]);
      assert.equal(rowsOf(make(version, insert({id: 2, name: 'a'}))).length, 2);
    });

    it('refuses a second null in a dialect that says so', () => {
      const strict = {...defaultDialect, uniqueIgnoresNull: false};
      const version = {
        ...versionWith(codes, [{id: 1, code: null}]),
        dialect: strict,
      };
      const details = {index: 'by_code', property: 'code', value: null};
      assertRefused(version, insert({id: 2, code: null}), details);
    });

    it('is free again when its row is gone', () => {
      const version = versionWith(codes, [
        {id: 1, code: 7},
        {id: 2, code: 8},
      ]);
      const gone = make(version, {kind: 'delete', id: 1});
      const again = make(gone, insert({id: 3, code: 7}));
      assert.deepEqual(
        rowsOf(again).map(({id}) => id),
        [2, 3],
      );
    });
  });
}

describe('a unique key', () => {
  const codes = schemaOf({indexes: [uniqueCode]});
  const version = versionWith(codes, [
    {id: 1, code: 7},
    {id: 2, code: 8},
  ]);

  it('lets two rows swap their values within one statement', () => {
    const swapped = apply(version, [
      rowChange(
        'City',
        {kind: 'update', id: 1, row: {id: 1, code: 8}},
        {kind: 'update', id: 2, row: {id: 2, code: 7}},
      ),
    ]);
    assert.deepEqual(rowsOf(swapped), [
      {id: 1, code: 8},
      {id: 2, code: 7},
    ]);
    assert.deepEqual(verify(swapped), []);
  });

  it('lets two rows swap their ids within one statement', () => {
    const swapped = apply(version, [
      rowChange(
        'City',
        {kind: 'update', id: 1, row: {id: 2, code: 7}},
        {kind: 'update', id: 2, row: {id: 1, code: 8}},
      ),
    ]);
    assert.deepEqual(rowsOf(swapped), [
      {id: 1, code: 8},
      {id: 2, code: 7},
    ]);
    assert.deepEqual(verify(swapped), []);
  });

  it('lets a new row take the value and id of one that goes', () => {
    const replaced = apply(version, [
      rowChange('City', insert({id: 1, code: 7, name: 'new'}), {
        kind: 'delete',
        id: 1,
      }),
    ]);
    assert.deepEqual(rowsOf(replaced)[0], {id: 1, code: 7, name: 'new'});
  });

  it('refuses two new rows of one statement with one value', () => {
    assert.throws(
      () =>
        apply(version, [
          rowChange('City', insert({id: 3, code: 9}), insert({id: 4, code: 9})),
        ]),
      {
        code: 'DUPLICATE_KEY',
        message: /by_code has a row with \(code\) = \(9\)/,
      },
    );
  });

  it('leaves nothing of a statement whose last row it refuses', () => {
    const before = rowsOf(version);
    assert.throws(() =>
      apply(version, [
        rowChange('City', insert({id: 3, code: 9}), insert({id: 4, code: 7})),
      ]),
    );
    assert.deepEqual(rowsOf(version), before);
    assert.deepEqual(verify(version), []);
  });

  it('cannot be declared where rows have equal values', () => {
    const plain = versionWith(schemaOf(), [
      {id: 1, code: 7},
      {id: 2, code: 7},
    ]);
    const change = schemaChange(plain, codes);
    assert.throws(() => apply(plain, [change]), {code: 'DUPLICATE_KEY'});
    assert.deepEqual(verify(plain), []);
  });
});
