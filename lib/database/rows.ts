import {columnWord} from '../base/column-words';
import {InMemoryError, show} from '../base/errors';
import {canBeId} from '../schema/ids';
import {rowVersionAfter} from '../schema/rules';
import {columnType, type TableSchema} from '../schema/schema';
import type {Key} from '../store/tree/key-order';
import {type Table, withHiddenId} from '../store/table';
import {coerce, coerceOperand} from '../value/coerce';
import {equalValues, Kind, kindOf} from '../value/compare';
import {
  copyPatchIn,
  copyRowIn,
  getOwn,
  patchedCopy,
  type Row,
  setOwn,
} from '../value/copy';
import {RowShapes} from '../value/row-shapes';
import {castRow} from './row-casts';
import type {Writer} from './writer';

/**
 * A new row as it is stored: a copy of `properties`, with values cast to their
 * declared types where the cast is exact, with an id, and the row version 1
 * where those are counted. Fails with NOT_NULL_VIOLATION when an id is missing
 * and none can be generated, with INVALID_VALUE when a value cannot be stored.
 */
export function newRow(properties: object, table: Table, writer: Writer): Row {
  const {schema} = table;
  const row = storableRow(properties, table);
  if (schema.version !== undefined) setOwn(row, schema.version, 1);
  if (schema.primaryKey.length === 0) {
    const number = writer.generateId(table);
    return withHiddenId(row, number);
  }
  for (const [i, name] of schema.primaryKey.entries()) {
    const given = getOwn(row, name) ?? null;
    if (given !== null) {
      refuseBadId(given, name, table);
      if (i === 0) writer.noteId(table, given);
    } else if (i === 0 && schema.idGeneration !== 'none') {
      setOwn(row, name, writer.generateId(table));
    } else throw missingId(table, name);
  }
  return row;
}

/**
 * The row with some properties changed; its id stays, and it gets the next row
 * version. Fails with STALE_VERSION when the patch has another one than the row.
 */
export function patchedRow(row: Row, patch: Row, table: Table): Row {
  const next = patchedCopy(row, patch, shapesOf(table.schema));
  return succeeding(next, row, table);
}

/**
 * The properties in the place of the row's; its id stays, and it gets the next
 * row version. Fails with STALE_VERSION when they have another one than the row.
 */
export function replacedRow(row: Row, properties: object, table: Table): Row {
  return succeeding(storableRow(properties, table), row, table);
}

/** The properties with what they must take over from the row before them. */
function succeeding(
  properties: Record<string, unknown>,
  row: Row,
  table: Table,
): Row {
  const {primaryKey, version} = table.schema;
  if (version !== undefined) {
    setOwn(properties, version, nextVersion(properties, row, table));
  }
  if (primaryKey.length === 0) {
    return withHiddenId(properties, table.ids.keyOf(row));
  }
  for (const name of primaryKey) setOwn(properties, name, getOwn(row, name));
  return properties;
}

/** One more than the row's version; a row without one gets the first. */
function nextVersion(properties: Row, row: Row, {schema}: Table): number {
  const {name, version} = schema;
  const given = getOwn(properties, version!) ?? null;
  const stored = getOwn(row, version!) ?? null;
  if (given !== null && !equalValues(given, stored)) {
    throw new InMemoryError(
      'STALE_VERSION',
      `${name}.${columnWord(name, version!)} is ${show(stored)} by now, ` +
        `not ${show(given)}: ` +
        'the row was changed in the meantime. Read it again.',
      {table: name, property: version!, value: given, constraint: 'version'},
    );
  }
  return rowVersionAfter(stored);
}

/**
 * What an update of all rows that meet a `where` changes, as it is stored. No
 * version is among it: each row counts its own. Where the `where` is an id and
 * nothing else the version stays, to be compared, for so LoopBack 4's
 * repositories update by id.
 */
export function storableForAll(
  properties: object,
  where: unknown,
  table: Table,
): Record<string, unknown> {
  const patch = storable(properties, table);
  const {version} = table.schema;
  if (version !== undefined && !isId(where, table)) delete patch[version];
  return patch;
}

function isId(where: unknown, {schema: {primaryKey}}: Table): boolean {
  if (typeof where !== 'object' || where === null) return false;
  const values = primaryKey.map(name => getOwn(where, name));
  return (
    values.length > 0 &&
    values.length === Object.keys(where).length &&
    values.every(value => canBeId(coerceOperand(value, 'any')))
  );
}

/**
 * A copy of the properties that an update changes, with values cast to declared
 * types. Those that are undefined, which the row is to lose, are among them.
 */
export function storable(
  properties: object,
  table: Table,
): Record<string, unknown> {
  const patch = copyPatchIn(properties);
  refuseDots(patch, table);
  return castRow(patch, table.schema, 'caller');
}

/** As {@link storable}, for a whole row: its id and version have their places. */
function storableRow(
  properties: object,
  table: Table,
): Record<string, unknown> {
  const {schema} = table;
  const shapes = shapesOf(schema);
  const row = copyRowIn(properties, shapes);
  if (shapes.lastHasDots) refuseDots(row, table);
  return castRow(row, schema, 'caller');
}

/** Refuses names that filters could not ask for, and LoopBack cannot read. */
function refuseDots(row: object, {schema: {name}}: Table): void {
  for (const property in row) {
    if (!property.includes('.')) continue;
    const [first = '', ...rest] = property.split('.');
    throw new InMemoryError(
      'INVALID_VALUE',
      `${name} cannot have a property "${columnWord(name, property)}": a dot ` +
        `leads into an object. Store ${show(rest.join('.'))} in an object ` +
        `"${columnWord(name, first)}", ` +
        'or give it a name without a dot.',
      {table: name, property},
    );
  }
}

/**
 * A row of a data file, which nobody else has and which was cast, as it is stored
 * in a table with ids; `keyOf` tells under which key it stands there.
 */
export function recoveredRow(
  row: Record<string, unknown>,
  keyOf: () => Key,
  table: Table,
): Row {
  const {ids, schema} = table;
  // Rows that were written by hand may have their id as their key alone.
  if (schema.primaryKey.length === 1 && (ids.keyOf(row) ?? null) === null) {
    const only = schema.primaryKey[0]!;
    setOwn(row, only, coerce(keyOf(), columnType(schema, only)));
  }
  return row;
}

const shapesBySchema = new WeakMap<TableSchema, RowShapes>();

/** The shapes of a table's rows, which all have an id and a version if there are. */
function shapesOf(schema: TableSchema): RowShapes {
  let shapes = shapesBySchema.get(schema);
  if (shapes === undefined) {
    const {primaryKey, version} = schema;
    const versions = version === undefined ? [] : [version];
    shapes = new RowShapes([...versions, ...primaryKey]);
    shapesBySchema.set(schema, shapes);
  }
  return shapes;
}

function missingId(table: Table, property: string): InMemoryError {
  const {name} = table.schema;
  return new InMemoryError(
    'NOT_NULL_VIOLATION',
    `${name}.${columnWord(name, property)} needs a value: ` +
      'it is an id that is not generated.',
    {table: name, property},
  );
}

function refuseBadId(id: unknown, property: string, table: Table): void {
  if (canBeId(id)) return;
  const {name} = table.schema;
  throw new InMemoryError(
    'INVALID_VALUE',
    `${name}.${columnWord(name, property)} cannot be ${show(id)}: ` +
      'an id must be a number, ' +
      'a string, a boolean, a date or bytes.',
    {table: name, property, value: id},
  );
}

/**
 * The key of the row that an id stands for: the id cast to its declared type;
 * for a table with several id properties an array of their values, or an object
 * that has them all. Undefined when no row can have such an id.
 */
export function keyOfId(id: unknown, table: Table): Key {
  const {primaryKey} = table.schema;
  if (primaryKey.length <= 1) return keyPart(id, primaryKey[0], table);
  const values = partsOfId(id, primaryKey);
  const key = values?.map((value, i) => keyPart(value, primaryKey[i], table));
  return key?.includes(undefined) ? undefined : key;
}

/** One property's part of a key; undefined when no row can have it. */
function keyPart(
  value: unknown,
  property: string | undefined,
  {schema}: Table,
): unknown {
  const type = property === undefined ? 'number' : columnType(schema, property);
  const part = coerceOperand(value, type);
  return kindOf(part) <= Kind.invalid ? undefined : part;
}

/** The values that an id of several properties has; undefined for what is none. */
export function partsOfId(
  id: unknown,
  primaryKey: readonly string[],
): readonly unknown[] | undefined {
  if (typeof id !== 'object' || id === null) return undefined;
  const parts: unknown[] = Array.isArray(id)
    ? id
    : primaryKey.map(name => getOwn(id, name));
  return parts.length === primaryKey.length ? parts : undefined;
}
