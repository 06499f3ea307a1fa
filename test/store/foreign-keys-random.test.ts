import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {InMemoryError} from '../../lib/base/errors';
import {withKeyIndexes} from '../../lib/schema/foreign-keys';
import type {TableSchema} from '../../lib/schema/schema';
import {withReferences} from '../../lib/store/foreign-keys';
import type {RowChange} from '../../lib/store/table';
import {
  apply,
  type Change,
  emptyVersion,
  verify,
  type Version,
} from '../../lib/store/version';
import type {Row} from '../../lib/value/copy';
import {defaultDialect} from '../../lib/value/dialect';
import {tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';
import {rowsOf, schemaChange} from '../support/store/example';
import {
  changeNaively,
  type NaiveTables,
} from '../support/store/naive-references';
import {anyForeignKeys} from '../support/store/random-foreign-keys';

const names = ['A', 'B', 'C'] as const;
const tableName = fc.constantFrom(...names);

/** Three tables with foreign keys among them and to themselves. */
const anySchemas = fc
  .tuple(...names.map(() => fc.tuple(anyForeignKeys(names), fc.boolean())))
  .map(tables =>
    tables.map(([keys, hasVersion], i) =>
      withKeyIndexes(
        schemaOf({
          name: names[i]!,
          indexes: [indexOn('k', {isUnique: true})],
          foreignKeys: keys,
          ...(hasVersion && {version: 'version'}),
        }),
      ),
    ),
  );

const id = fc.integer({min: 1, max: 12});
const value = fc.option(fc.integer({min: 1, max: 12}), {freq: 4});

interface Pick {
  readonly action: 'insert' | 'update' | 'move' | 'delete';
  readonly place: number;
  readonly row: Row;
  readonly changed: readonly string[];
  /** Whether foreign keys refer to rows that are there. */
  readonly isFitting: boolean;
}

const anyPick: fc.Arbitrary<Pick> = fc.record({
  action: fc.constantFrom(
    'insert',
    'insert',
    'insert',
    'update',
    'update',
    'move',
    'delete',
    'delete',
  ),
  place: fc.nat(20),
  row: fc.record({id, k: value, x: value, y: value, version: fc.nat(3)}),
  changed: fc.subarray(['k', 'x', 'y', 'version'], {minLength: 1}),
  isFitting: fc.integer({min: 0, max: 9}).map(n => n > 0),
});

const anySet = fc.uniqueArray(
  fc.record({
    table: tableName,
    isTruncate: fc.integer({min: 0, max: 19}).map(n => n === 0),
    picks: fc.array(anyPick, {minLength: 1, maxLength: 3}),
  }),
  {selector: ({table}) => table, minLength: 1, maxLength: 2},
);

function rowChanges(
  picks: readonly Pick[],
  {name, foreignKeys}: TableSchema,
  tables: NaiveTables,
): RowChange[] {
  const left = [...tables[name]!];
  const changes: RowChange[] = [];
  for (const {action, place, row, changed, isFitting} of picks) {
    const values: Record<string, unknown> = {...row};
    for (const {properties, parent, parentProperties} of foreignKeys) {
      if (!isFitting) continue;
      const parents = tables[parent]!;
      const {[parentProperties[0]!]: fitting = null} =
        parents[place % parents.length] ?? {};
      if (properties[0] !== 'id') values[properties[0]!] = fitting;
      else if (fitting !== null) values['id'] = fitting;
    }
    if (action === 'insert' || left.length === 0) {
      changes.push({kind: 'insert', row: values});
      continue;
    }
    const [old] = left.splice(place % left.length, 1);
    if (action === 'delete') {
      changes.push({kind: 'delete', id: old!['id']});
      continue;
    }
    const names = action === 'move' ? ['id'] : changed;
    const patch = Object.fromEntries(names.map(name => [name, values[name]]));
    changes.push({kind: 'update', id: old!['id'], row: {...old, ...patch}});
  }
  return changes;
}

function emptyTables(schemas: readonly TableSchema[]): Version {
  let version = emptyVersion(defaultDialect);
  for (const schema of schemas) {
    version = apply(version, [schemaChange(version, schema)]);
  }
  return version;
}

function tablesOf(version: Version): NaiveTables {
  return Object.fromEntries(names.map(name => [name, rowsOf(version, name)]));
}

function tryTo<T>(change: () => T): T | string {
  try {
    return change();
  } catch (error) {
    if (error instanceof InMemoryError) return error.code;
    throw error;
  }
}

describe('Foreign keys and their naive twin', () => {
  it('agree on random change sets over random tables', () => {
    const outcomes: Record<string, number> = {};
    const sets = fc.array(anySet, {minLength: 20, maxLength: 40});
    tryOften(
      fc.property(anySchemas, sets, (schemas, sets) => {
        let version = emptyTables(schemas);
        for (const set of sets) {
          const before = tablesOf(version);
          const changes = set.map(({table, isTruncate, picks}): Change => {
            if (isTruncate)
              return {kind: 'truncate', table, restartsIds: false};
            const schema = schemas.find(({name}) => name === table)!;
            const changes = rowChanges(picks, schema, before);
            return {kind: 'rows', table, changes};
          });
          const expected = changeNaively(schemas, before, changes);
          const all = tryTo(() => withReferences(version, changes));
          const next =
            typeof all === 'string' ? all : tryTo(() => apply(version, all));
          const found = typeof next === 'string' ? next : tablesOf(next);
          assert.deepEqual(found, expected);
          assert.deepEqual(tablesOf(version), before);
          const outcome =
            typeof next === 'string'
              ? next
              : all === changes
                ? 'nothing follows'
                : 'actions';
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
          if (typeof next === 'string') continue;
          assert.deepEqual(verify(next), []);
          // What was worked out can be worked out again.
          const again = withReferences(version, all as readonly Change[]);
          assert.deepEqual(tablesOf(apply(version, again)), found);
          version = next;
        }
      }),
      300,
    );
    assert.ok(outcomes['actions']! > 50, JSON.stringify(outcomes));
    assert.ok(outcomes['FOREIGN_KEY_VIOLATION']! > 200);
  });
});
