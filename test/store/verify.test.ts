import assert from 'node:assert/strict';
import type {Index} from '../../lib/store/index-tree';
import {type Posting, PostingList} from '../../lib/store/posting';
import type {Table} from '../../lib/store/table';
import type {Tree} from '../../lib/store/tree/tree';
import {type Version, verify} from '../../lib/store/version';
import type {Row} from '../../lib/value/copy';
import {indexOn, schemaOf} from '../support/schema/example';
import {tableOf, versionWith} from '../support/store/example';

const sound = versionWith(schemaOf({indexes: [indexOn('name')]}), [
  {id: 1, name: 'a'},
  {id: 2, name: 'a'},
  {id: 3, name: 'b'},
]);

/** The version with its table changed behind the store's back. */
function damage(version: Version, change: (table: Table) => Table): Version {
  const tables = version.tables.ownedBy({});
  tables.set('City', change(tableOf(version)));
  return {...version, tables};
}

function damageRows(change: (rows: Tree<Row>) => void): string[] {
  return verify(
    damage(sound, table => {
      const rows = table.rows.ownedBy({});
      change(rows);
      return {...table, rows};
    }),
  );
}

function damageIndex(change: (index: Index) => Index): string[] {
  return verify(
    damage(sound, table => ({
      ...table,
      indexes: table.indexes.map(change),
    })),
  );
}

function damageEntries(change: (entries: Tree<Posting>) => void): string[] {
  return damageIndex(index => {
    const entries = index.entries.ownedBy({});
    change(entries);
    return {...index, entries};
  });
}

/** The nodes of a tree, of which no one else should know. */
interface Nodes {
  root: {keys: unknown[]};
}

/** Turns the keys of a small tree round, inside its root. */
function disorder(tree: Tree<unknown>): void {
  const nodes = tree as unknown as Nodes;
  const {root} = nodes;
  // A copy of the root: other trees share this one, and its array.
  const keys = root.keys.toReversed();
  nodes.root = Object.assign(
    Object.create(Object.getPrototypeOf(root) as object) as object,
    {...root, keys},
  );
}

describe('verify', () => {
  it('finds nothing wrong with a sound version', () => {
    assert.deepEqual(verify(sound), []);
  });

  it('finds nothing wrong with a large table with an id of two parts', () => {
    const schema = schemaOf({primaryKey: ['tenant', 'id']});
    const rows = Array.from({length: 100}, (_, id) => ({tenant: 1, id}));
    const version = versionWith(schema, rows);
    const {rows: tree} = tableOf(version);
    for (const row of rows) tree.set([row.tenant, row.id], {...row});
    assert.deepEqual(verify(version), []);
  });

  it('reports a row under the id of another', () => {
    const problems = damageRows(rows => rows.set(3, {id: 4, name: 'b'}));
    assert.deepEqual(problems, ['table City: row 4 is stored as 3']);
  });

  it('reports an index that was declared and is not there', () => {
    const version = damage(sound, table => ({...table, indexes: []}));
    assert.deepEqual(verify(version), [
      'table City: has indexes , declares by_name',
    ]);
  });

  it('reports an index that is there and was not declared', () => {
    const version = damage(sound, table => ({...table, schema: schemaOf()}));
    assert.deepEqual(verify(version), [
      'table City: has indexes by_name, declares ',
    ]);
  });

  it('reports a row that an index lacks', () => {
    const problems = damageEntries(entries => entries.delete('b'));
    assert.deepEqual(problems, [
      'table City: index by_name: 2 entries for 3 rows',
    ]);
  });

  it('reports an entry of a row that is not there', () => {
    const problems = damageEntries(entries => entries.set('c', 9));
    assert.deepEqual(problems, [
      'table City: index by_name: row 9 does not exist',
      'table City: index by_name: 4 entries for 3 rows',
    ]);
  });

  it('reports a row under a wrong key', () => {
    const problems = damageEntries(entries => {
      entries.delete('b');
      entries.set('c', 3);
    });
    assert.deepEqual(problems, [
      'table City: index by_name: row 3 stands under "c"',
    ]);
  });

  it('reports ids of one key that are out of order', () => {
    const problems = damageEntries(entries =>
      entries.set('a', new PostingList([2, 1])),
    );
    assert.deepEqual(problems, [
      'table City: index by_name: ids under "a" are out of order',
    ]);
  });

  it('reports an id that stands twice under one key', () => {
    const problems = damageEntries(entries =>
      entries.set('a', new PostingList([1, 1])),
    );
    assert.deepEqual(problems, [
      'table City: index by_name: ids under "a" are out of order',
    ]);
  });

  it('reports a wrong number of rows with many values', () => {
    const problems = damageIndex(index => ({...index, multiValuedRows: 1}));
    assert.deepEqual(problems, [
      'table City: index by_name: counts 1 multi-valued rows',
    ]);
  });

  it('reports a wrong number of rows that entries do not tell exactly', () => {
    const problems = damageIndex(index => ({...index, inexactRows: 1}));
    assert.deepEqual(problems, [
      'table City: index by_name: counts 1 inexact rows',
    ]);
  });

  it('reports two rows under one unique key', () => {
    const schema = schemaOf({indexes: [indexOn('name', {isUnique: true})]});
    const version = damage(sound, table => ({
      ...table,
      schema,
      indexes: table.indexes.map(index => ({
        ...index,
        keys: {...index.keys, definition: schema.indexes[0]!},
      })),
    }));
    assert.equal(verify(version).length, 1);
    assert.match(verify(version)[0]!, /^table City: index by_name: .*"a"/);
  });

  it('reports rows that break the rules of their table', () => {
    const schema = schemaOf({notNull: ['name'], limits: {id: {maximum: 1}}});
    const version = damage(versionWith(schema, [{id: 1, name: 'a'}]), table => {
      const rows = table.rows.ownedBy({});
      rows.set(1, {id: 1});
      rows.set(2, {id: 2, name: 'b'});
      return {...table, rows, nextSequence: 3};
    });
    assert.deepEqual(verify(version), [
      'table City: row 1: City.name cannot be undefined: it is required.',
      'table City: row 2: City.id cannot be 2: it must be at most 1 (maximum).',
    ]);
  });

  it('reports a next id that is taken', () => {
    const version = damage(sound, table => ({...table, nextSequence: 3}));
    assert.equal(verify(version).length, 1);
    assert.match(verify(version)[0]!, /^table City: .*\b3$/);
  });

  it('reports rows out of order', () => {
    const problems = damageRows(disorder);
    assert.match(problems[0] ?? '', /^table City: .*(?:order|damaged)/);
  });

  it('reports index keys out of order', () => {
    const problems = damageEntries(disorder);
    assert.match(
      problems[0] ?? '',
      /^table City: index by_name: .*(?:order|damaged)/,
    );
  });

  it('reports what is wrong with each of several tables', () => {
    const version = damage(sound, table => ({...table, indexes: []}));
    const tables = version.tables.ownedBy({});
    const other = versionWith(schemaOf({name: 'Country'}));
    const country = tableOf(other, 'Country');
    tables.set('Country', {
      ...country,
      schema: schemaOf({name: 'Country', indexes: [indexOn('name')]}),
    });
    assert.deepEqual(verify({...version, tables}), [
      'table City: has indexes , declares by_name',
      'table Country: has indexes , declares by_name',
    ]);
  });

  it('does not report the same damage a thousand times', () => {
    const rows = Array.from({length: 1000}, (_, id) => ({id, name: 'a'}));
    const schema = schemaOf({indexes: [indexOn('name')]});
    const version = damage(versionWith(schema, rows), table => ({
      ...table,
      rows: tableOf(versionWith(schemaOf())).rows,
    }));
    assert.ok(verify(version).length < 20, `${verify(version).length}`);
  });
});
