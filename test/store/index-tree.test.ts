import assert from 'node:assert/strict';
import type {IndexDefinition} from '../../lib/schema/schema';
import {indexKeys} from '../../lib/store/index-tree';
import {defaultDialect} from '../../lib/value/dialect';
import {cellOf} from '../../lib/value/geo';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  entriesOf,
  insert,
  rowChange,
  tableOf,
  versionWith,
} from '../support/store/example';
import {apply, type Version} from '../../lib/store/version';
import type {Row} from '../../lib/value/copy';

describe('the key of a row', () => {
  const row = {id: 1, a: 5, b: {c: 'x'}, list: [{c: 1}], place: '1,2'};
  const examples: readonly [
    title: string,
    definition: IndexDefinition,
    key: unknown,
  ][] = [
    ['is the value of one property', indexOn('a'), 5],
    ['is the value at a nested path', indexOn('b.c'), 'x'],
    ['has the values of several properties', indexOn(['a', 'b.c']), [5, 'x']],
    ['is null where the property is missing', indexOn('z'), null],
    ['has nulls for what is missing', indexOn(['z', 'a']), [null, 5]],
    ['is a whole array', indexOn('list'), [{c: 1}]],
    ['is null below an array', indexOn('list.c'), null],
    [
      'is the cell of a point',
      indexOn('place', {kind: 'geo'}),
      cellOf({lat: 1, lng: 2}),
    ],
    ['is null where there is no point', indexOn('a', {kind: 'geo'}), null],
  ];
  for (const [title, definition, key] of examples) {
    it(title, () => {
      assert.deepEqual(
        indexKeys(definition, [], defaultDialect).keyOf(row),
        key,
      );
    });
  }
});

describe('a row', () => {
  const examples: readonly [
    path: string,
    row: Record<string, unknown>,
    expected: boolean,
  ][] = [
    ['a', {a: 1}, false],
    ['a', {a: []}, true],
    ['a.b', {a: [{b: 1}]}, true],
    ['a.b', {a: {b: [1]}}, true],
    ['a.0', {a: [1]}, false],
  ];
  for (const [path, row, expected] of examples) {
    const verb = expected ? 'has many values' : 'has one value';
    it(`${JSON.stringify(row)} ${verb} in an index on ${path}`, () => {
      assert.equal(
        indexKeys(indexOn(path), [], defaultDialect).isMultiValued(row),
        expected,
      );
    });
  }

  it('has many values when one of several paths has', () => {
    const keys = indexKeys(indexOn(['a', 'b']), [], defaultDialect);
    assert.equal(keys.isMultiValued({a: 1, b: [1]}), true);
  });

  it('never has many values in a geo index', () => {
    const keys = indexKeys(indexOn('a', {kind: 'geo'}), [], defaultDialect);
    assert.equal(keys.isMultiValued({a: [1, 2]}), false);
  });
});

describe('two rows', () => {
  const {areAlike} = indexKeys(indexOn(['a', 'b.c']), ['id'], defaultDialect);
  const b = {c: 1};
  const row = {id: 1, a: 0, b, name: 'x'};

  it('are alike where they have the same in what an index looks at', () => {
    assert.ok(areAlike(row, {...row, name: 'y'}));
    assert.ok(areAlike({...row, a: Number.NaN}, {...row, a: Number.NaN}));
  });

  it('are not alike where values are equal only', () => {
    assert.ok(!areAlike(row, {...row, a: -0}));
    assert.ok(!areAlike(row, {...row, b: {c: 1}}));
    assert.ok(!areAlike(row, {...row, id: 1n}));
  });
});

describe('an index', () => {
  it('has rows of one key in the order of their ids', () => {
    const rows = [3, 1, 2].map(id => ({id, name: 'a'}));
    const version = versionWith(schemaOf({indexes: [indexOn('name')]}), rows);
    assert.deepEqual(entriesOf(tableOf(version), 'by_name'), [
      ['a', 1],
      ['a', 2],
      ['a', 3],
    ]);
  });

  it('sorts each of several keys in its direction', () => {
    const index = indexOn(['name', '-age']);
    const version = versionWith(schemaOf({indexes: [index]}), [
      {id: 1, name: 'b', age: 1},
      {id: 2, name: 'a', age: 1},
      {id: 3, name: 'a', age: 2},
      {id: 4, name: 'a'},
    ]);
    const ids = entriesOf(tableOf(version), index.name).map(([, id]) => id);
    assert.deepEqual(ids, [3, 2, 4, 1]);
  });

  it('is shared with the version before when none of its keys changes', () => {
    const schema = schemaOf({indexes: [indexOn('name')]});
    const before = versionWith(schema, [{id: 1, name: 'a'}]);
    const row = {id: 1, name: 'a', age: 5};
    const after = apply(before, [
      rowChange('City', {kind: 'update', id: 1, row}),
    ]);
    assert.equal(
      tableOf(after).indexes[0]!.entries,
      tableOf(before).indexes[0]!.entries,
    );
  });

  it('counts the rows with many values as they come and go', () => {
    const schema = schemaOf({indexes: [indexOn('tags')]});
    const one = versionWith(schema, [{id: 1, tags: ['a']}]);
    const two = apply(one, [rowChange('City', insert({id: 2, tags: []}))]);
    const three = apply(two, [
      rowChange(
        'City',
        {kind: 'update', id: 1, row: {id: 1, tags: 'a'}},
        {kind: 'delete', id: 2},
      ),
    ]);
    const counts = [one, two, three].map(
      version => tableOf(version).indexes[0]!.multiValuedRows,
    );
    assert.deepEqual(counts, [1, 2, 0]);
  });

  it('counts the rows that an equal key need not show as they are', () => {
    const schema = schemaOf({indexes: [indexOn('a'), indexOn(['b', 'a'])]});
    const counts = (version: Version) =>
      tableOf(version).indexes.map(index => index.inexactRows);
    const one = versionWith(schema, [{id: 1, a: 1}]);
    const update = (row: Row) =>
      counts(apply(one, [rowChange('City', {kind: 'update', id: 1, row})]));
    assert.deepEqual(counts(one), [0, 0]);
    assert.deepEqual(update({id: 1, a: 1n}), [1, 1]);
    assert.deepEqual(update({id: 1n, a: 1}), [1, 1]);
    assert.deepEqual(update({id: 1, a: 1, b: -0}), [0, 1]);
    assert.deepEqual(update({id: 1, a: null, b: 'b'}), [0, 0]);
  });

  it('counts a row that gets many values under an equal key', () => {
    const schema = schemaOf({indexes: [indexOn('a.b')]});
    const before = versionWith(schema, [{id: 1, a: null}]);
    const row = {id: 1, a: [{b: 1}]};
    const after = apply(before, [
      rowChange('City', {kind: 'update', id: 1, row}),
    ]);
    assert.equal(tableOf(after).indexes[0]!.multiValuedRows, 1);
  });

  it('counts a row no more that loses its many values under an equal key', () => {
    const schema = schemaOf({indexes: [indexOn('a.b')]});
    const before = versionWith(schema, [{id: 1, a: [{b: 1}]}]);
    const after = apply(before, [
      rowChange('City', {kind: 'update', id: 1, row: {id: 1, a: null}}),
    ]);
    assert.equal(tableOf(after).indexes[0]!.multiValuedRows, 0);
  });
});
