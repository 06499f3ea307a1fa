import * as fc from 'fast-check';
import {withKeyIndexes} from '../../../lib/schema/foreign-keys';
import type {ColumnLimits} from '../../../lib/schema/rules';
import type {ForeignKey, TableSchema} from '../../../lib/schema/schema';
import {plain} from '../random';
import {indexOn, schemaOf} from '../schema/example';
import {anyForeignKeys} from '../store/random-foreign-keys';

/** The tables, of the same columns. */
export const tableNames = ['Parent', 'Child'] as const;

const anyLimits = fc.subarray<[string, ColumnLimits]>(
  [
    ['name', {maxLength: 2}],
    ['name', {enum: ['a', 'bb']}],
    ['size', {minimum: 1}],
    ['k', {maximum: 6}],
    ['x', {minimum: 2}],
  ],
  {maxLength: 2},
);

const anyRules = plain({
  notNull: fc.oneof(
    fc.constant<string[]>([]),
    fc.constant<string[]>(['k']),
    fc.subarray(['name', 'k', 'x'], {maxLength: 2}),
  ),
  limits: anyLimits.map(limits => Object.fromEntries(limits)),
});

const anyIndexes = fc.subarray(
  [
    indexOn('x', {isUnique: true}),
    indexOn(['name', 'size'], {isUnique: true}),
    indexOn('-size'),
  ],
  {maxLength: 1},
);

function anyTable(keys: fc.Arbitrary<ForeignKey[]>) {
  return fc.record({
    keys,
    indexes: anyIndexes,
    rules: anyRules,
    hasVersion: fc.boolean(),
  });
}

/** A parent and a child with foreign keys, also to themselves, and rules. */
export const anySchemas: fc.Arbitrary<TableSchema[]> = fc
  .tuple(
    anyTable(anyForeignKeys(['Parent', 'Parent', 'Child'], 0)),
    anyTable(anyForeignKeys(['Parent', 'Parent', 'Child'])),
  )
  .map(tables =>
    tables.map(({keys, indexes, rules, hasVersion}, i) =>
      withKeyIndexes(
        schemaOf({
          name: tableNames[i]!,
          columns: {
            id: 'number',
            k: 'number',
            x: 'number',
            y: 'number',
            name: 'string',
            size: 'number',
            ...(hasVersion && {version: 'number'}),
          },
          indexes: [indexOn('k', {isUnique: true}), ...indexes],
          foreignKeys: keys,
          ...rules,
          ...(hasVersion && {version: 'version'}),
        }),
      ),
    ),
  );
