import assert from 'node:assert/strict';
import {runAtOnce} from '../../lib/base/slices';
import type {Database} from '../../lib/database/database';
import {type MigrationHints, noHints} from '../../lib/database/row-conversion';
import {insert} from '../../lib/database/statements';
import {defaultDialect} from '../../lib/value/dialect';
import {TableMigration} from '../../lib/database/table-migration';
import type {TableSchema} from '../../lib/schema/schema';
import {findTable} from '../../lib/store/version';
import {cities, rowCount} from '../support/database/cities';
import {indexOn, schemaOf} from '../support/schema/example';

/** A migration of the cities to another schema. */
function migrationOf(
  database: Database,
  schema: TableSchema,
  hints: Partial<MigrationHints> = {},
): TableMigration {
  const source = {
    table: findTable(database.head, 'City')!,
    isInVersion: true,
    isRecast: false,
  };
  return new TableMigration(
    {schema, source, hints: {...noHints, ...hints}},
    defaultDialect,
  );
}

/** The changes of a migration of the cities, worked out and not made. */
function changesOf(
  database: Database,
  after: Partial<TableSchema>,
  hints: Partial<MigrationHints> = {},
) {
  const schema = schemaOf(after);
  const migration = migrationOf(database, schema, hints);
  runAtOnce(migration.convertRows(() => assert.fail('nothing is refused')));
  return migration
    .changes(schema)
    .map(change =>
      change.kind === 'rows'
        ? `${change.changes.length} rows`
        : change.kind === 'schema'
          ? change.steps.map(({kind}) => kind).join(' ')
          : change.kind,
    );
}

describe('The changes of a migration', () => {
  it('are none where nothing is different', async () => {
    assert.deepEqual(changesOf(await cities(), {}), []);
  });

  it('are of the schema alone where no row changes', async () => {
    const changes = changesOf(await cities(), {
      columns: {id: 'number', name: 'string', more: 'any'},
    });
    assert.deepEqual(changes, ['declare note keep']);
  });

  it('update rows in their places, between the schemas', async () => {
    const database = await cities();
    await database.write(to => insert(to, 'City', [{name: 'x', more: '5'}]));
    const changes = changesOf(database, {
      columns: {id: 'number', name: 'string', more: 'number'},
      indexes: [indexOn('more')],
    });
    assert.deepEqual(changes, ['declare note keep', '1 rows', 'addIndex']);
  });

  it('update many rows in their places, too', async () => {
    const changes = changesOf(await cities(), {
      columns: {id: 'number', name: 'number'},
      indexes: [indexOn('name')],
    });
    assert.deepEqual(changes, [
      'declare note keep',
      `${rowCount} rows`,
      'addIndex',
    ]);
  });

  it('make the table anew where its id is another one', async () => {
    const changes = changesOf(await cities(), {primaryKey: ['name']});
    assert.deepEqual(changes, [
      'truncate',
      'createTable note keep',
      `${rowCount} rows`,
    ]);
  });
});

describe('What is in the way of a migration', () => {
  it('is looked for in slices', async () => {
    const database = await cities();
    const rows = Array.from({length: 3_000}, () => ({name: 'x'}));
    await database.write(to => insert(to, 'City', rows));
    const unique = {...indexOn('name'), isUnique: true};
    const schema = schemaOf({indexes: [unique], notNull: ['more']});
    let refused = 0;
    const work = migrationOf(database, schema).refuseBroken(() => refused++);
    let cuts = 0;
    while (work.next().done !== true) cuts++;
    assert.ok(refused > rows.length);
    assert.ok(cuts > 10, `${cuts} cuts`);
  });
});
