import {isDeepStrictEqual} from 'node:util';
import {show} from '../base/errors';
import {isRecord} from '../base/objects';
import {isColumnType} from '../value/coerce';
import {type ColumnLimits, noRules} from './rules';
import type {TableSchema} from './schema';

/*
 * A schema as it is kept with the rows: in a data file and in a journal it is a
 * JSON object with the members of a TableSchema, apart from `name`, under which it
 * stands, and from what concerns queries alone.
 */

/** The JSON form of a schema. Two schemas for the same rows have equal forms. */
export function keptForm(schema: TableSchema): Record<string, unknown> {
  const {name: _name, unknownProperties: _unknown, ...rest} = schema;
  const {indexes, foreignKeys, limits, notNull} = rest;
  const form = {
    ...rest,
    limits: mapValues(limits, finite),
    indexes: byName(indexes),
    foreignKeys: byName(foreignKeys),
    notNull: notNull.toSorted(),
  };
  return JSON.parse(JSON.stringify(form, inJson)) as Record<string, unknown>;
}

/** Of values in JSON, those that it cannot say. */
function inJson(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> {
  const entries = Object.entries(record);
  return Object.fromEntries(
    entries.map(([name, each]) => [name, change(each)]),
  );
}

/** Limits without those that limit nothing, such as an infinite maximum. */
function finite(limits: ColumnLimits): object {
  const entries = Object.entries(limits) as [string, unknown][];
  return Object.fromEntries(
    entries.filter(
      ([, limit]) => Array.isArray(limit) || Number.isFinite(limit),
    ),
  );
}

/** Whether two schemas declare the same of a table's rows. */
export function areSameKept(a: TableSchema, b: TableSchema): boolean {
  return isDeepStrictEqual(keptForm(a), keptForm(b));
}

function byName<T extends {readonly name: string}>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The schema of a table of which {@link keptForm} was kept, or what is wrong. */
export function parseKept(name: string, json: unknown): TableSchema | string {
  if (!isRecord(json)) return `is no schema, but ${show(json)}`;
  for (const [member, isRight] of Object.entries(members)) {
    if (!isRight(json[member])) {
      return `has "${member}": ${show(json[member])}, which no schema has`;
    }
  }
  const other = Object.keys(json).find(key => !Object.hasOwn(members, key));
  if (other !== undefined) return `has a member "${other}", which none has`;
  const {unknownProperties} = noRules;
  return {...json, name, unknownProperties} as unknown as TableSchema;
}

type Test = (value: unknown) => boolean;

const isText: Test = value => typeof value === 'string';
const isFlag: Test = value => typeof value === 'boolean';
const isNumber: Test = value => typeof value === 'number';

function oneOf(...values: readonly unknown[]): Test {
  return value => values.includes(value);
}

function optional(test: Test): Test {
  return value => value === undefined || test(value);
}

function listOf(test: Test): Test {
  return value => Array.isArray(value) && value.every(test);
}

function recordOf(test: Test): Test {
  return value => isRecord(value) && Object.values(value).every(test);
}

function objectWith(tests: Readonly<Record<string, Test>>): Test {
  return value =>
    isRecord(value) &&
    Object.keys(value).every(key => Object.hasOwn(tests, key)) &&
    Object.entries(tests).every(([key, test]) => test(value[key]));
}

const isType: Test = value => isText(value) && isColumnType(value as string);
const isAction = oneOf('cascade', 'setNull', 'restrict', 'noAction');
const shapeOf = recordOf(isText);

const members: Readonly<Record<string, Test>> = {
  primaryKey: listOf(isText),
  idGeneration: oneOf('number', 'text', 'digits', 'sequence', 'none'),
  columns: recordOf(isType),
  nested: optional(
    objectWith({
      shapes: recordOf(objectWith({columns: recordOf(isType), shapeOf})),
      shapeOf,
    }),
  ),
  indexes: listOf(
    objectWith({
      name: isText,
      kind: oneOf('ordered', 'geo'),
      keys: listOf(objectWith({path: isText, direction: oneOf(1, -1)})),
      isUnique: isFlag,
    }),
  ),
  foreignKeys: listOf(
    objectWith({
      name: isText,
      properties: listOf(isText),
      parent: isText,
      parentProperties: listOf(isText),
      onDelete: isAction,
      onUpdate: isAction,
    }),
  ),
  notNull: listOf(isText),
  limits: recordOf(
    objectWith({
      minLength: optional(isNumber),
      maxLength: optional(isNumber),
      minimum: optional(isNumber),
      maximum: optional(isNumber),
      precision: optional(isNumber),
      scale: optional(isNumber),
      enum: optional(Array.isArray),
    }),
  ),
  typeChecks: oneOf('coerce', 'strict'),
  version: optional(isText),
  native: optional(
    objectWith({
      database: isText,
      name: isText,
      columns: recordOf(
        objectWith({
          name: isText,
          type: isText,
          isNullable: isFlag,
          default: optional(isText),
          isGenerated: optional(isFlag),
        }),
      ),
      indexes: recordOf(isText),
    }),
  ),
  swaps: optional(
    recordOf(
      objectWith({from: isText, by: oneOf('columnName', 'renamedFrom')}),
    ),
  ),
};
