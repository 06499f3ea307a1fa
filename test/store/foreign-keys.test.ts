import assert from 'node:assert/strict';
import {withKeyIndexes} from '../../lib/schema/foreign-keys';
import type {ForeignKey, TableSchema} from '../../lib/schema/schema';
import {runAtOnce} from '../../lib/base/slices';
import {
  referencedRows,
  requireUnreferenced,
  withReferences,
} from '../../lib/store/foreign-keys';
import {type RowChange, withHiddenId} from '../../lib/store/table';
import {
  apply,
  type Change,
  emptyVersion,
  verify,
  type Version,
} from '../../lib/store/version';
import type {Row} from '../../lib/value/copy';
import {defaultDialect} from '../../lib/value/dialect';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  insert,
  rowChange,
  rowsOf,
  schemaChange,
} from '../support/store/example';

function keyTo(
  parent: string,
  property: string,
  changes: Partial<ForeignKey> = {},
): ForeignKey {
  return {
    name: `fk_${property}`,
    properties: [property],
    parent,
    parentProperties: ['id'],
    onDelete: 'noAction',
    onUpdate: 'noAction',
    ...changes,
  };
}

function table(
  name: string,
  foreignKeys: readonly ForeignKey[] = [],
  changes: Partial<TableSchema> = {},
): TableSchema {
  return withKeyIndexes(schemaOf({name, foreignKeys, ...changes}));
}

interface TableWithRows {
  readonly schema: TableSchema;
  readonly rows: readonly Row[];
}

function versionOf(
  tables: readonly TableWithRows[],
  dialect = defaultDialect,
): Version {
  let version = emptyVersion(dialect);
  for (const {schema} of tables) {
    version = apply(version, [schemaChange(version, schema)]);
  }
  for (const {schema, rows} of tables) {
    version = apply(version, [rowChange(schema.name, ...rows.map(insert))]);
  }
  assert.deepEqual(verify(version), []);
  return version;
}

function contents(version: Version): Record<string, Row[]> {
  const rows: Record<string, Row[]> = {};
  version.tables.forEach(({schema: {name}}) => {
    rows[name] = rowsOf(version, name);
  });
  return rows;
}

function run(version: Version, ...changes: readonly Change[]): Version {
  const all = withReferences(version, changes);
  const next = apply(version, all);
  assert.deepEqual(verify(next), []);
  // Working out the result again adds nothing.
  const again = apply(version, withReferences(version, all));
  assert.deepEqual(contents(again), contents(next));
  return next;
}

function update(id: unknown, row: Row): RowChange {
  return {kind: 'update', id, row};
}

function remove(id: unknown): RowChange {
  return {kind: 'delete', id};
}

const violation = {code: 'FOREIGN_KEY_VIOLATION'};

/** Country 1 and 2; City 7 and 8 in country 1, 9 in none. */
function cities(changes: Partial<ForeignKey>): Version {
  return versionOf([
    {schema: table('Country'), rows: [{id: 1}, {id: 2}]},
    {
      schema: table('City', [keyTo('Country', 'country', changes)]),
      rows: [
        {id: 7, country: 1},
        {id: 8, country: 1},
        {id: 9, country: null},
      ],
    },
  ]);
}

describe('withReferences', () => {
  it('returns the changes themselves where no foreign key is concerned', () => {
    const version = versionOf([
      {schema: table('Country'), rows: [{id: 1}]},
      {schema: table('City', [keyTo('Country', 'country')]), rows: []},
      {schema: table('Other'), rows: []},
    ]);
    const changes = [rowChange('Other', insert({id: 1}))];
    assert.equal(withReferences(version, changes), changes);
  });

  it('returns the changes themselves where nothing follows from them', () => {
    const changes = [rowChange('City', insert({id: 10, country: 2}))];
    assert.equal(withReferences(cities({}), changes), changes);
  });

  it('refuses a new row without its parent, naming all about it', () => {
    const change = rowChange('City', insert({id: 10, country: 3}));
    assert.throws(() => run(cities({}), change), {
      ...violation,
      message:
        'City cannot have (country) = (3): there is no Country with ' +
        '(id) = (3) (foreign key fk_country of City).',
      details: {
        table: 'City',
        constraint: 'fk_country',
        property: 'country',
        parentTable: 'Country',
        parentProperty: 'id',
        value: 3,
      },
    });
  });

  it('refuses a changed key without its parent', () => {
    const change = rowChange('City', update(7, {id: 7, country: 3}));
    assert.throws(() => run(cities({}), change), violation);
  });

  it('lets null and missing refer to nothing', () => {
    const next = run(
      cities({}),
      rowChange('City', insert({id: 10}), update(7, {id: 7, country: null})),
    );
    assert.equal(rowsOf(next, 'City').length, 4);
  });

  for (const onDelete of ['noAction', 'restrict'] as const) {
    it(`refuses to delete a parent under ${onDelete}`, () => {
      const version = cities({onDelete});
      assert.throws(() => run(version, rowChange('Country', remove(1))), {
        ...violation,
        message:
          'Country with (id) = (1) cannot be deleted: rows of City refer to ' +
          'it by (country) (foreign key fk_country of City).',
      });
      const next = run(version, rowChange('Country', remove(2)));
      assert.deepEqual(rowsOf(next, 'Country'), [{id: 1}]);
    });

    it(`deletes parents with their children in one set under ${onDelete}`, () => {
      const next = run(
        cities({onDelete}),
        rowChange('Country', remove(1)),
        rowChange('City', remove(7), update(8, {id: 8, country: 2})),
      );
      assert.equal(rowsOf(next, 'City').length, 2);
    });
  }

  it('deletes children by CASCADE, and theirs, also in a truncate', () => {
    const version = versionOf([
      {schema: table('A'), rows: [{id: 1}, {id: 2}]},
      {
        schema: table('B', [keyTo('A', 'a', {onDelete: 'cascade'})]),
        rows: [
          {id: 1, a: 1},
          {id: 2, a: 2},
        ],
      },
      {
        schema: table('C', [keyTo('B', 'b', {onDelete: 'cascade'})]),
        rows: [{id: 1, b: 1}, {id: 2, b: 2}, {id: 3}],
      },
    ]);
    const next = run(version, rowChange('A', remove(1)));
    assert.deepEqual(rowsOf(next, 'B'), [{id: 2, a: 2}]);
    assert.deepEqual(rowsOf(next, 'C'), [{id: 2, b: 2}, {id: 3}]);
    const truncate = {
      kind: 'truncate',
      table: 'A',
      restartsIds: false,
    } as const;
    const emptied = run(version, truncate);
    assert.deepEqual(rowsOf(emptied, 'A'), []);
    assert.deepEqual(rowsOf(emptied, 'B'), []);
    assert.deepEqual(rowsOf(emptied, 'C'), [{id: 3}]);
  });

  it('refuses a truncate under NO ACTION unless the children go too', () => {
    const [country, city] = ['Country', 'City'].map(
      name => ({kind: 'truncate', table: name, restartsIds: true}) as const,
    );
    const version = cities({});
    assert.throws(() => run(version, country!), violation);
    assert.deepEqual(rowsOf(run(version, country!, city!), 'City'), []);
    const next = run(
      version,
      city!,
      country!,
      rowChange('Country', insert({id: 5})),
      rowChange('City', insert({id: 1, country: 5})),
    );
    assert.deepEqual(rowsOf(next, 'City'), [{id: 1, country: 5}]);
  });

  it('sets keys to null by SET NULL, merged with what the set does', () => {
    const next = run(
      cities({onDelete: 'setNull'}),
      rowChange('City', update(7, {id: 7, country: 1, name: 'x'})),
      rowChange('Country', remove(1)),
    );
    assert.deepEqual(rowsOf(next, 'City'), [
      {id: 7, country: null, name: 'x'},
      {id: 8, country: null},
      {id: 9, country: null},
    ]);
  });

  it('hands new keys on by CASCADE, also swapped ones', () => {
    const next = run(
      cities({onUpdate: 'cascade'}),
      rowChange('City', insert({id: 10, country: 2})),
    );
    const swapped = run(
      next,
      rowChange('Country', update(1, {id: 2}), update(2, {id: 1})),
    );
    assert.deepEqual(
      rowsOf(swapped, 'City').map(({country}) => country),
      [2, 2, null, 1],
    );
  });

  it('refuses to hand null on to an id', () => {
    const keys = {indexes: [indexOn('code', {isUnique: true})]};
    const toCode = keyTo('A', 'id', {
      parentProperties: ['code'],
      onUpdate: 'cascade',
    });
    const version = versionOf([
      {schema: table('A', [], keys), rows: [{id: 1, code: 5}]},
      {schema: table('B', [toCode]), rows: [{id: 5}]},
    ]);
    const next = run(version, rowChange('A', update(1, {id: 1, code: 6})));
    assert.deepEqual(rowsOf(next, 'B'), [{id: 6}]);
    const change = rowChange('A', update(1, {id: 1, code: null}));
    assert.throws(() => run(version, change), {
      code: 'NOT_NULL_VIOLATION',
      details: {
        table: 'B',
        property: 'id',
        value: null,
        constraint: 'notNull',
      },
    });
  });

  it('sees under NO ACTION that another row has the key in the end', () => {
    const swap = rowChange('Country', update(1, {id: 2}), update(2, {id: 1}));
    assert.equal(rowsOf(run(cities({}), swap), 'City')[0]!['country'], 1);
    for (const [dialect, onUpdate] of [
      [defaultDialect, 'restrict'],
      [{...defaultDialect, noActionIsRestrict: true}, 'noAction'],
    ] as const) {
      const version = {...cities({onUpdate}), dialect};
      assert.throws(() => run(version, swap), violation);
    }
  });

  it('refuses under RESTRICT what a cascade of the same step would mend', () => {
    const version = versionOf([
      {schema: table('P'), rows: [{id: 1}]},
      {
        schema: table('C', [
          keyTo('P', 'a', {onDelete: 'cascade'}),
          keyTo('P', 'b', {onDelete: 'restrict'}),
        ]),
        rows: [{id: 1, a: 1, b: 1}],
      },
    ]);
    assert.throws(() => run(version, rowChange('P', remove(1))), violation);
  });

  it('follows a diamond under NO ACTION', () => {
    const version = versionOf([
      {schema: table('A'), rows: [{id: 1}]},
      {
        schema: table('B', [keyTo('A', 'a', {onDelete: 'cascade'})]),
        rows: [{id: 1, a: 1}],
      },
      {
        schema: table('C', [
          keyTo('A', 'a', {onDelete: 'cascade'}),
          keyTo('B', 'b'),
        ]),
        rows: [{id: 1, a: 1, b: 1}],
      },
    ]);
    const next = run(version, rowChange('A', remove(1)));
    assert.deepEqual(rowsOf(next, 'C'), []);
  });

  it('lets rows of one set refer to each other, and ends in cycles', () => {
    const key = keyTo('Node', 'next', {onDelete: 'cascade'});
    const empty = versionOf([{schema: table('Node', [key]), rows: []}]);
    const ring = run(
      empty,
      rowChange(
        'Node',
        insert({id: 1, next: 2}),
        insert({id: 2, next: 3}),
        insert({id: 3, next: 1}),
        insert({id: 4, next: 4}),
      ),
    );
    const next = run(ring, rowChange('Node', remove(2)));
    assert.deepEqual(rowsOf(next, 'Node'), [{id: 4, next: 4}]);
  });

  it('ends when keys chase each other in a ring of tables', () => {
    const names = ['W', 'X', 'Y', 'Z'];
    const unique = indexOn('k', {isUnique: true});
    const to = (parent: string, name: string) =>
      keyTo(parent, 'k', {
        name,
        parentProperties: ['k'],
        onUpdate: 'cascade',
      });
    const rows = [{id: 1, k: 1}];
    const ring = names.map((name, i) => {
      const keys = [to(names[(i + 3) % 4]!, 'ring')];
      if (name === 'W') keys.push(to('S', 'source'));
      if (name === 'Y') keys.push(to('T', 'source'));
      return {schema: table(name, keys, {indexes: [unique]}), rows};
    });
    const sources = ['S', 'T'].map(name => ({
      schema: table(name, [], {indexes: [unique]}),
      rows,
    }));
    const version = versionOf([...ring, ...sources]);
    const [s, t] = ['S', 'T'].map((name, i) =>
      rowChange(name, update(1, {id: 1, k: 2 + i})),
    );
    assert.throws(() => run(version, s!, t!), violation);
    const both = rowChange('T', update(1, {id: 1, k: 2}));
    assert.deepEqual(rowsOf(run(version, s!, both), 'Z'), [{id: 1, k: 2}]);
  });

  it('takes composite keys in any order, and those with a null as nothing', () => {
    const schema = table(
      'Line',
      [
        {
          name: 'fk',
          properties: ['item', 'shop'],
          parent: 'Item',
          parentProperties: ['no', 'tenant'],
          onDelete: 'cascade',
          onUpdate: 'cascade',
        },
      ],
      {indexes: [indexOn(['shop', '-item', 'id'])]},
    );
    assert.equal(schema.indexes.length, 1);
    const version = versionOf([
      {
        schema: table('Item', [], {primaryKey: ['tenant', 'no']}),
        rows: [
          {tenant: 1, no: 5},
          {tenant: 2, no: 5},
        ],
      },
      {
        schema,
        rows: [
          {id: 1, shop: 1, item: 5},
          {id: 2, shop: 2, item: 5},
          {id: 3, shop: 9, item: null},
        ],
      },
    ]);
    const moved = run(
      version,
      rowChange('Item', update([1, 5], {tenant: 1, no: 6})),
    );
    assert.deepEqual(rowsOf(moved, 'Line')[0], {id: 1, shop: 1, item: 6});
    const next = run(moved, rowChange('Item', remove([2, 5])));
    assert.deepEqual(
      rowsOf(next, 'Line').map(({id}) => id),
      [1, 3],
    );
    const change = rowChange('Line', insert({id: 4, shop: 2, item: 6}));
    assert.throws(() => run(moved, change), {
      message: /Line cannot have \(item, shop\) = \(6, 2\).*\(no, tenant\)/,
    });
  });

  it('finds children by the beginning of their id', () => {
    const schema = table(
      'Line',
      [keyTo('Order', 'order', {onDelete: 'cascade'})],
      {
        primaryKey: ['order', 'line'],
      },
    );
    assert.deepEqual(schema.indexes, []);
    const version = versionOf([
      {schema: table('Order'), rows: [{id: 1}, {id: 2}]},
      {
        schema,
        rows: [
          {order: 1, line: 1},
          {order: 1, line: 2},
          {order: 2, line: 1},
        ],
      },
    ]);
    const next = run(version, rowChange('Order', remove(1)));
    assert.deepEqual(rowsOf(next, 'Line'), [{order: 2, line: 1}]);
  });

  it('changes rows without id properties', () => {
    const version = versionOf([
      {schema: table('Country'), rows: [{id: 1}]},
      {
        schema: table(
          'City',
          [keyTo('Country', 'country', {onDelete: 'setNull'})],
          {primaryKey: [], indexes: []},
        ),
        rows: [],
      },
    ]);

    const filled = run(
      version,
      rowChange(
        'City',
        insert(withHiddenId({country: 1}, 1)),
        insert(withHiddenId({country: 1}, 2)),
      ),
    );
    const next = run(filled, rowChange('Country', remove(1)));
    assert.deepEqual(
      rowsOf(next, 'City').map(({country}) => country),
      [null, null],
    );
  });

  it('takes several changes of one row one after the other', () => {
    const version = cities({onDelete: 'cascade'});
    const all = withReferences(version, [
      rowChange('City', insert({id: 10, country: 1})),
      rowChange('City', update(10, {id: 11, country: 2})),
      rowChange('City', update(7, {id: 7, country: 2})),
      rowChange('City', update(7, {id: 7, country: 1, name: 'a'})),
      rowChange('City', insert({id: 12, country: 1})),
      rowChange('City', remove(12)),
      rowChange('Country', remove(1)),
    ]);
    assert.deepEqual(rowsOf(apply(version, all), 'City'), [
      {id: 9, country: null},
      {id: 11, country: 2},
    ]);
  });

  it('checks the rows when a schema change adds a foreign key', () => {
    const bare = versionOf([
      {schema: table('Country'), rows: [{id: 1}]},
      {schema: table('City'), rows: [{id: 7, country: 1}]},
    ]);
    const schema = table('City', [keyTo('Country', 'country')]);
    const change = schemaChange(bare, schema);
    const next = run(bare, change, rowChange('City', insert({id: 8})));
    assert.equal(rowsOf(next, 'City').length, 2);
    const orphan = rowChange('City', insert({id: 8, country: 2}));
    assert.throws(() => withReferences(bare, [orphan, change]), violation);
    assert.throws(() => withReferences(bare, [change, orphan]), violation);
  });
});

describe('requireUnreferenced', () => {
  it('refuses tables to whose rows others refer', () => {
    const version = cities({onDelete: 'cascade'});
    assert.throws(() => requireUnreferenced(version, ['Country']), {
      ...violation,
      message: /Country with \(id\) = \(1\) cannot be migrated: rows of City/,
    });
    requireUnreferenced(version, ['City']);
    requireUnreferenced(version, ['Country', 'City']);
    const next = apply(version, [rowChange('City', remove(7), remove(8))]);
    requireUnreferenced(next, ['Country']);
  });
});

describe('referencedRows', () => {
  it('tells the rows to which changes begin to refer, each once', () => {
    const version = cities({});
    const referenced = referencedRows(version, [
      rowChange(
        'City',
        insert({id: 10, country: 2}),
        insert({id: 11, country: 2}),
        insert({id: 12, country: 3}),
        insert({id: 13}),
        update(7, {id: 7, country: 1, name: 'x'}),
        remove(8),
      ),
      rowChange('Country', insert({id: 3})),
    ]);
    assert.deepEqual(runAtOnce(referenced), [{table: 'Country', id: 2}]);
  });
});

describe('verify', () => {
  it('reports a row that refers to nothing', () => {
    const version = apply(cities({}), [rowChange('Country', remove(1))]);
    assert.deepEqual(verify(version), [
      'table City: foreign key fk_country: there is no Country (1)',
    ]);
  });
});
