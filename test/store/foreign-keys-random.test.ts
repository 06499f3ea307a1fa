import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {InMemoryError} from '../../lib/base/errors';
import {withKeyIndexes} from '../../lib/schema/foreign-keys';
import type {ReferentialAction, TableSchema} from '../../lib/schema/schema';
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
import {tryOften} from '../random';
import {indexOn, schemaOf} from '../schema/example';
import {rowsOf, schemaChange} from './example';
import {changeNaively, type NaiveTables} from './naive-references';

const names = ['A', 'B', 'C'] as const;
const tableName = fc.constantFrom(...names);

const anyAction = fc.constantFrom<ReferentialAction>(
  'cascade',
  'cascade',
  'cascade',
  'setNull',
  'setNull',
  'restrict',
  'noAction',
);

const anyKey = fc.record({
  property: fc.constantFrom('x', 'x', 'y', 'k', 'id'),
  parent: tableName,
  parentProperty: fc.constantFrom('id', 'id', 'k'),
  onDelete: anyAction,
  onUpdate: anyAction,
});

/** Three tables with foreign keys among them and to themselves. */
const anySchemas = fc
  .tuple(
    ...names.map(() =>
      fc.uniqueArray(anyKey, {
        selector: key => key.property,
        minLength: 1,
        maxLength: 2,
      }),
    ),
  )
  .map(keys =>
    keys.map((ofTable, i) =>
      withKeyIndexes(
        schemaOf({
          name: names[i]!,
          indexes: [indexOn('k', {isUnique: true})],
          foreignKeys: ofTable.map(key => ({
            name: `fk_${key.property}`,
            properties: [key.property],
            parent: key.parent,
            parentProperties: [key.parentProperty],
            // No id becomes null.
            onDelete: notNull(key.onDelete, key.property),
            onUpdate: updating(key),
          })),
        }),
      ),
    ),
  );

/** Cascading a key that may be null to an id would make that null. */
function updating({
  onUpdate,
  property,
  parentProperty,
}: {
  onUpdate: ReferentialAction;
  property: string;
  parentProperty: string;
}): ReferentialAction {
  return property === 'id' && parentProperty === 'k' && onUpdate === 'cascade'
    ? 'noAction'
    : notNull(onUpdate, property);
}

function notNull(action: ReferentialAction, property: string) {
  return action === 'setNull' && property === 'id' ? 'noAction' : action;
}

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
  row: fc.record({id, k: value, x: value, y: value}),
  changed: fc.subarray(['k', 'x', 'y'], {minLength: 1}),
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
