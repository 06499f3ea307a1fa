import assert from 'node:assert/strict';
import {Database} from '../../lib/database/database';
import {insert, updateWhere} from '../../lib/database/statements';
import type {ForeignKey, IndexDefinition} from '../../lib/schema/schema';
import {isolationLevels} from '../../lib/transaction/isolation';
import {schemaOf} from '../support/schema/example';

function refersTo(property: string, parent: string, to: string): ForeignKey {
  return {
    name: `${property}_of_${parent}`,
    properties: [property],
    parent,
    parentProperties: [to],
    onDelete: 'cascade',
    onUpdate: 'cascade',
  };
}

const byCode: IndexDefinition = {
  name: 'by_code',
  kind: 'ordered',
  keys: [{path: 'code', direction: 1}],
  isUnique: true,
};

/** A country whose id is its code in the world's list, and a city in it. */
function world(): Database {
  const database = new Database();
  const columns = {id: 'number', code: 'number'} as const;
  database.declare(
    'Listed',
    schemaOf({name: 'Listed', columns, indexes: [byCode]}),
  );
  database.declare(
    'Country',
    schemaOf({
      name: 'Country',
      columns: {id: 'number'},
      foreignKeys: [refersTo('id', 'Listed', 'code')],
    }),
  );
  database.declare(
    'City',
    schemaOf({
      name: 'City',
      columns: {id: 'number', countryId: 'number'},
      indexes: [
        {
          ...byCode,
          name: 'of_country',
          isUnique: false,
          keys: [{path: 'countryId', direction: 1}],
        },
      ],
      foreignKeys: [refersTo('countryId', 'Country', 'id')],
    }),
  );
  return database;
}

describe('an id that a foreign key changes', () => {
  for (const level of isolationLevels) {
    it(`has new children of the former one wait for its transaction (${level})`, async () => {
      const database = world();
      await database.write(to => insert(to, 'Listed', [{id: 1, code: 10}]));
      await database.write(to => insert(to, 'Country', [{id: 10}]));
      const transaction = database.transactions.begin(level);
      await database.write(
        to => updateWhere(to, 'Listed', {id: 1}, {code: 20}),
        {transaction},
      );
      const child = database.write(to =>
        insert(to, 'City', [{id: 1, countryId: 10}]),
      );
      assert.ok(child instanceof Promise, 'the child waits');
      await database.transactions.commit(transaction);
      await assert.rejects(child, {code: 'FOREIGN_KEY_VIOLATION'});
      assert.deepEqual(database.verify(), []);
    });
  }
});
