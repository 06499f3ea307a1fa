import assert from 'node:assert/strict';
import type {Database} from '../../lib/database/database';
import {insert, select} from '../../lib/database/statements';
import {findTable} from '../../lib/store/version';
import {cities, rowCount} from '../support/database/cities';
import {indexOn, schemaOf} from '../support/schema/example';

function rowsOf(database: Database): Record<string, unknown>[] {
  return database.view(view => select(view, 'City', {order: ['id']}));
}

describe('Database.migrate', () => {
  it('makes one version of all that it does', async () => {
    const database = await cities();
    const columns = {id: 'number', name: 'number'} as const;
    database.declare('City', schemaOf({columns, indexes: [indexOn('name')]}));
    const before = database.head;
    await database.migrate(['City']);
    assert.equal(typeof rowsOf(database)[0]!['name'], 'number');
    // Whoever has the version of before still sees that.
    assert.equal(
      typeof findTable(before, 'City')!.rows.get(1)!['name'],
      'string',
    );
    assert.deepEqual(database.verify(), []);
  });

  it('goes on with generated ids, also of rows that are gone', async () => {
    const database = await cities();
    database.declare(
      'City',
      schemaOf({columns: {id: 'number', name: 'number'}}),
    );
    await database.migrate(['City']);
    const [row] = await database.write(to => insert(to, 'City', [{name: 1}]));
    assert.equal(row!['id'], rowCount + 1);
  });
});
