import assert from 'node:assert/strict';
import type {TableSchema} from '../../lib/schema/schema';
import {
  apply,
  applyInPlace,
  emptyVersion,
  findTable,
  type Version,
  verify,
} from '../../lib/store/version';
import {defaultDialect} from '../../lib/value/dialect';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  entriesOf,
  insert,
  rowChange,
  rowsOf,
  schemaChange,
  tableOf,
  versionWith,
} from '../support/store/example';

const byName = indexOn('name');
const indexed = schemaOf({indexes: [byName]});

/** The version after the schema of a table changed. */
function declare(version: Version, schema: TableSchema): Version {
  return apply(version, [schemaChange(version, schema)]);
}

describe('the empty version', () => {
  const empty = emptyVersion(defaultDialect);

  it('has no tables', () => {
    assert.equal(findTable(empty, 'City'), undefined);
  });

  it('has nothing wrong', () => {
    assert.deepEqual(verify(empty), []);
  });
});

describe('apply', () => {
  it('counts versions', () => {
    const version = versionWith(schemaOf());
    assert.equal(apply(version, []).number, version.number + 1);
  });

  it('leaves the version before as it was', () => {
    const before = versionWith(indexed, [{id: 1, name: 'a'}]);
    apply(before, [
      rowChange('City', insert({id: 2, name: 'b'}), {
        kind: 'update',
        id: 1,
        row: {id: 1, name: 'c'},
      }),
    ]);
    assert.deepEqual(rowsOf(before), [{id: 1, name: 'a'}]);
    assert.deepEqual(entriesOf(tableOf(before), 'by_name'), [['a', 1]]);
  });

  it('changes several tables at once or none', () => {
    const cities = versionWith(schemaOf(), [{id: 1}]);
    const both = declare(cities, schemaOf({name: 'Country'}));
    assert.throws(
      () =>
        apply(both, [
          rowChange('Country', insert({id: 1})),
          rowChange('City', insert({id: 1})),
        ]),
      {code: 'DUPLICATE_KEY'},
    );
    assert.deepEqual(rowsOf(both, 'Country'), []);
  });

  it('shares tables that it does not touch', () => {
    const cities = versionWith(schemaOf(), [{id: 1}]);
    const both = declare(cities, schemaOf({name: 'Country'}));
    assert.equal(tableOf(both), tableOf(cities));
  });

  it('has rows by id, whatever the order in which they came', () => {
    const version = versionWith(
      schemaOf(),
      [3, 1, 10, 2].map(id => ({id})),
    );
    assert.deepEqual(
      rowsOf(version).map(({id}) => id),
      [1, 2, 3, 10],
    );
  });

  it('moves a row whose id changes', () => {
    const before = versionWith(indexed, [{id: 1, name: 'a'}]);
    const after = apply(before, [
      rowChange('City', {kind: 'update', id: 1, row: {id: 5, name: 'a'}}),
    ]);
    assert.deepEqual(rowsOf(after), [{id: 5, name: 'a'}]);
    assert.deepEqual(entriesOf(tableOf(after), 'by_name'), [['a', 5]]);
  });

  it('breaks an invariant when a row to change is not there', () => {
    const version = versionWith(schemaOf());
    assert.throws(
      () => apply(version, [rowChange('City', {kind: 'delete', id: 9})]),
      {message: 'Broken invariant: row 9 is there to change'},
    );
  });

  it('breaks an invariant when a table to change is not there', () => {
    const version = versionWith(schemaOf());
    assert.throws(() => apply(version, [rowChange('Town', insert({id: 1}))]), {
      message: 'Broken invariant: table Town exists',
    });
  });
});

describe('applyInPlace', () => {
  it('makes the version that apply would make', () => {
    const rows = [{id: 1, name: 'a'}];
    const changed = applyInPlace(
      versionWith(indexed, rows),
      'City',
      insert({id: 2, name: 'b'}),
    );
    const expected = apply(versionWith(indexed, rows), [
      rowChange('City', insert({id: 2, name: 'b'})),
    ]);
    assert.deepEqual(rowsOf(changed), rowsOf(expected));
    assert.equal(changed.number, expected.number);
    assert.deepEqual(verify(changed), []);
  });

  const steps: readonly [title: string, next: (v: Version) => Version][] = [
    [
      'when the statement between touched another table',
      v => declare(v, schemaOf({name: 'Country'})),
    ],
    ['when the statement between changed nothing', v => apply(v, [])],
    [
      'when the statement between changed no rows',
      v => apply(v, [rowChange('City')]),
    ],
    [
      'when the statement between changed no index key',
      v =>
        apply(v, [
          rowChange('City', {
            kind: 'update',
            id: 1,
            row: {id: 1, name: 'a', age: 5},
          }),
        ]),
    ],
    [
      'when the statement between changed the schema',
      v => declare(v, schemaOf({indexes: [byName], columns: {}})),
    ],
    [
      'when the statement between added an index',
      v => declare(v, schemaOf({indexes: [byName, indexOn('age')]})),
    ],
  ];
  for (const [title, next] of steps) {
    it(`leaves an older version as it was ${title}`, () => {
      const old = versionWith(indexed, [{id: 1, name: 'a'}]);
      applyInPlace(next(old), 'City', insert({id: 2, name: 'b'}));
      assert.deepEqual(rowsOf(old), [{id: 1, name: 'a'}]);
      assert.deepEqual(entriesOf(tableOf(old), 'by_name'), [['a', 1]]);
      assert.deepEqual(verify(old), []);
    });
  }

  it('leaves the long posting of an older version as it was', () => {
    const rows = Array.from({length: 40}, (_, id) => ({id, name: 'a'}));
    const old = versionWith(indexed, rows);
    const next = apply(old, [rowChange('City', insert({id: 40, name: 'a'}))]);
    applyInPlace(next, 'City', insert({id: 41, name: 'a'}));
    assert.equal(entriesOf(tableOf(old), 'by_name').length, 40);
  });
});

describe('a schema step', () => {
  it('creates a table with its indexes', () => {
    const {schema, indexes} = tableOf(versionWith(indexed));
    assert.equal(schema, indexed);
    assert.deepEqual(
      indexes.map(index => index.keys.definition),
      [byName],
    );
  });

  it('builds an index over the rows that are there', () => {
    const before = versionWith(schemaOf(), [
      {id: 1, name: 'b'},
      {id: 2, name: 'a'},
    ]);
    assert.deepEqual(entriesOf(tableOf(declare(before, indexed)), 'by_name'), [
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('takes an index away from the new version only', () => {
    const before = versionWith(indexed, [{id: 1}]);
    const after = declare(before, schemaOf());
    assert.equal(tableOf(after).indexes.length, 0);
    assert.equal(tableOf(before).indexes.length, 1);
  });

  it('stores rows under the new primary key', () => {
    const before = versionWith(indexed, [
      {id: 1, name: 'b'},
      {id: 2, name: 'a'},
    ]);
    const next = schemaOf({primaryKey: ['name', 'id'], indexes: [byName]});
    const after = declare(before, next);
    assert.deepEqual(
      rowsOf(after).map(({id}) => id),
      [2, 1],
    );
    assert.deepEqual(tableOf(after).rows.get(['b', 1]), {id: 1, name: 'b'});
    assert.deepEqual(verify(after), []);
  });

  it('keeps the rows of a table that gets no primary key', () => {
    const before = versionWith(indexed, [
      {id: 1, name: 'b'},
      {id: 2, name: 'a'},
    ]);
    const next = schemaOf({primaryKey: [], indexes: [byName]});
    const after = declare(before, next);
    assert.deepEqual(rowsOf(after), rowsOf(before));
    assert.deepEqual(verify(after), []);
  });

  it('refuses a primary key that does not tell rows apart', () => {
    const before = versionWith(schemaOf(), [
      {id: 1, name: 'a'},
      {id: 2, name: 'a'},
    ]);
    const next = schemaOf({primaryKey: ['name']});
    assert.throws(() => declare(before, next), {
      code: 'DUPLICATE_KEY',
      details: {
        table: 'City',
        index: 'PRIMARY',
        constraint: 'PRIMARY',
        property: 'name',
        value: 'a',
      },
    });
    assert.deepEqual(verify(before), []);
  });

  for (const row of [{id: 1}, {id: 1, name: null}]) {
    it(`refuses a primary key that ${JSON.stringify(row)} lacks`, () => {
      const before = versionWith(schemaOf(), [row]);
      const next = schemaOf({primaryKey: ['name']});
      assert.throws(() => declare(before, next), {
        code: 'NOT_NULL_VIOLATION',
        message: 'City.name cannot become the id: a row has no value for it.',
      });
    });
  }

  it('takes the name of an id for one property, dots and all', () => {
    const schema = schemaOf({primaryKey: ['a.b']});
    const version = versionWith(schema, [{'a.b': 1, a: {b: 2}}]);
    assert.deepEqual(tableOf(version).rows.firstKey(), 1);
  });
});

describe('truncate', () => {
  const before = versionWith(indexed, [{id: 7, name: 'a'}]);
  function truncated(restartsIds: boolean): Version {
    return apply(before, [{kind: 'truncate', table: 'City', restartsIds}]);
  }

  it('leaves the table and its indexes, empty', () => {
    const after = truncated(false);
    assert.deepEqual(rowsOf(after), []);
    assert.deepEqual(entriesOf(tableOf(after), 'by_name'), []);
    assert.deepEqual(verify(after), []);
  });

  it('leaves the rows of the version before', () => {
    truncated(true);
    assert.deepEqual(rowsOf(before), [{id: 7, name: 'a'}]);
  });

  it('goes on counting ids', () => {
    assert.equal(tableOf(truncated(false)).nextSequence, 8);
  });

  it('begins to count ids again when it is to', () => {
    assert.equal(tableOf(truncated(true)).nextSequence, 1);
  });
});

describe('the next generated id', () => {
  it('is beyond the greatest id that was ever given', () => {
    const before = versionWith(schemaOf(), [{id: 41}, {id: 5}]);
    const after = apply(before, [rowChange('City', {kind: 'delete', id: 41})]);
    assert.equal(tableOf(after).nextSequence, 42);
  });

  it('is beyond an id that a row changed to', () => {
    const before = versionWith(schemaOf(), [{id: 1}]);
    const after = apply(before, [
      rowChange('City', {kind: 'update', id: 1, row: {id: 9}}),
    ]);
    assert.equal(tableOf(after).nextSequence, 10);
  });

  it('is beyond the first part of an id of several', () => {
    const schema = schemaOf({primaryKey: ['id', 'name']});
    const version = versionWith(schema, [{id: 9, name: 'a'}]);
    assert.equal(tableOf(version).nextSequence, 10);
  });

  it('is beyond the ids there are when ids are generated from now on', () => {
    const given = schemaOf({idGeneration: 'none'});
    const before = versionWith(given, [{id: '9'}, {id: 'x'}]);
    const after = declare(before, schemaOf({idGeneration: 'digits'}));
    assert.ok(tableOf(after).nextSequence > 9);
  });

  it('is beyond the ids of a property that becomes the id', () => {
    const before = versionWith(schemaOf(), [{id: 1, code: 50}]);
    const after = declare(before, schemaOf({primaryKey: ['code']}));
    assert.equal(tableOf(after).nextSequence, 51);
  });
});
