import assert from 'node:assert/strict';
import {Database} from '../../lib/database/database';
import {insert, select} from '../../lib/database/statements';
import {type InferredTable, inferSchemas} from '../../lib/schema/infer';
import {isMoment} from '../../lib/schema/sightings';
import {isObject} from '../../lib/base/objects';
import {getOwn, type Row} from '../../lib/value/copy';
import {naiveType} from '../support/schema/naive-type';
import {tableOf} from '../support/schema/inferred';
import {typedTables} from '../support/schema/typed-rows.arbitrary';
import * as fc from 'fast-check';
import {tryOften} from '../support/random';

/** A value with all that says a moment made a date. */
function dated(value: unknown): unknown {
  if (typeof value === 'string' && isMoment(value)) return new Date(value);
  if (Array.isArray(value)) return value.map(dated);
  if (!isObject(value) || value instanceof Date || Buffer.isBuffer(value)) {
    return value;
  }
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, each]) => [key, dated(each)]));
}

/** Tables after those to which they refer, as far as that can be. */
function parentsFirst(tables: readonly InferredTable[]): InferredTable[] {
  const [first, second] = tables as [InferredTable, InferredTable];
  const refers = first.schema.foreignKeys.some(
    ({parent}) => parent === second.schema.name,
  );
  return refers ? [second, first] : [first, second];
}

function infer(tables: Readonly<Record<string, readonly Row[]>>) {
  return inferSchemas(
    Object.entries(tables).map(([name, rows]) => tableOf(name, rows)),
  );
}

describe('inferred schemas', () => {
  it('accept all the rows that they were inferred from, as they are', () => {
    tryOften(
      fc.property(typedTables, tables => {
        const database = new Database();
        for (const {schema} of parentsFirst(infer(tables))) {
          const {name} = schema;
          const rows = tables[name as keyof typeof tables];
          database.declare(name, {...schema, typeChecks: 'strict'});
          void database.write(writer => insert(writer, name, rows));
          database.requireMigrated(name);
          const found = database.view(view => select(view, name, null));
          assert.deepEqual(found.map(dated), rows.map(dated));
        }
        assert.deepEqual(database.verify(), []);
      }),
    );
  });

  it('have the types that a naive look at all values finds', () => {
    tryOften(
      fc.property(typedTables, tables => {
        for (const {schema} of infer(tables)) {
          const rows = tables[schema.name as keyof typeof tables];
          for (const [name, type] of Object.entries(schema.columns)) {
            const values = rows.map(row => getOwn(row, name));
            if (rows.length > 0) assert.equal(type, naiveType(values), name);
          }
        }
      }),
    );
  });

  it('have a guess for each part, and for no other', () => {
    tryOften(
      fc.property(typedTables, tables => {
        for (const {guesses, schema} of infer(tables)) {
          const guessed = (what: string) =>
            guesses.filter(guess => guess.what === what).map(g => g.property);
          const unique = schema.indexes.filter(index => index.isUnique);
          const keys = schema.foreignKeys.flatMap(key => key.properties);
          assert.deepEqual(guessed('type'), Object.keys(schema.columns));
          assert.deepEqual(guessed('required'), schema.notNull);
          assert.deepEqual(guessed('enum'), Object.keys(schema.limits));
          assert.deepEqual(guessed('foreignKey'), keys);
          assert.deepEqual(
            guessed('unique'),
            unique.map(({keys}) => keys[0]!.path),
          );
        }
      }),
    );
  });
});
