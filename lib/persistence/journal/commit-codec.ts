import {isRecord} from '../../base/objects';
import {InMemoryError, show} from '../../base/errors';
import {keptForm, parseKept} from '../../schema/kept';
import type {TableSchema} from '../../schema/schema';
import type {Key} from '../../store/tree/key-order';
import type {Row} from '../../value/copy';
import {rowText} from '../data-file/row-text';
import {
  decodeRow,
  decodeValue,
  encodeValue,
  type Types,
} from '../data-file/value-codec';

/** A row as it is after a commit, under the key under which it is stored. */
export type PutRow = readonly [id: Key, row: Row];

/**
 * What a commit has done to a table. The parts are meant in the order in which
 * they stand here.
 */
export interface TableChange {
  readonly table: string;
  /** The properties that are the id, unless it is `id`. */
  readonly key?: readonly string[];
  /** All rows are gone. */
  readonly truncate?: true;
  /** The table is gone. */
  readonly isDropped?: true;
  /** For what its rows are written from now on. */
  readonly schema?: TableSchema;
  /** The ids of rows that are gone. */
  readonly del?: readonly Key[];
  /** Rows that are new, or that stand in the place of those with their ids. */
  readonly put?: readonly PutRow[];
  /** The next sequence number of generated ids, unless a greater one is known. */
  readonly next?: number;
  /** Whether `next` counts in any case: generated ids may go back to it. */
  readonly restartsIds?: true;
}

/** The payload of a record: the changes of one whole commit, in order. */
export function encodeCommit(changes: readonly TableChange[]): string {
  return `{"changes":[${changes.map(encodeChange).join()}]}`;
}

/*
 * A change in JSON has the members of a TableChange, and besides:
 *
 *   put: [[id, row, types?, typesOfId?], ...]    types where there are any
 *   delTypes: types of the ids in `del`          where there are any
 *   schema: its kept form
 */
function encodeChange(change: TableChange): string {
  const {table, key, truncate, isDropped, schema, del, put} = change;
  const {next, restartsIds} = change;
  let text = `{"table":${JSON.stringify(table)}`;
  if (key) text += `,"key":${JSON.stringify(key)}`;
  if (truncate) text += ',"truncate":true';
  if (isDropped) text += ',"isDropped":true';
  if (schema) text += `,"schema":${JSON.stringify(keptForm(schema))}`;
  if (del) text += encodeIds(del);
  if (put) text += `,"put":[${put.map(encodePut).join()}]`;
  if (next !== undefined) text += `,"next":${next}`;
  if (restartsIds) text += ',"restartsIds":true';
  return `${text}}`;
}

function encodeIds(ids: readonly Key[]): string {
  const {value, types} = encodeValue(ids);
  const del = `,"del":${JSON.stringify(value)}`;
  return types === undefined
    ? del
    : `${del},"delTypes":${JSON.stringify(types)}`;
}

function encodePut([id, row]: PutRow): string {
  const {value, types: typesOfId} = encodeValue(id);
  const {json, types} = rowText(row);
  const put = `[${JSON.stringify(value)},${json}`;
  if (typesOfId !== undefined) {
    return `${put},${types ?? '{}'},${JSON.stringify(typesOfId)}]`;
  }
  return types === undefined ? `${put}]` : `${put},${types}]`;
}

/** What becomes of members that are not known; see versions.ts. */
export type UnknownMembers = 'refused' | 'ignored';

/**
 * The changes that {@link encodeCommit} was given. Fails with DATA_DAMAGED when
 * the payload is none that it makes, but for members that are to be ignored.
 */
export function decodeCommit(
  payload: string,
  unknown: UnknownMembers = 'refused',
): TableChange[] {
  const commit = parse(payload);
  if (!isRecord(commit)) throw malformed('the payload', commit);
  if (unknown === 'refused') requireOnly(['changes'], commit);
  return arrayOf(commit.changes, 'changes').map(json =>
    decodeChange(json, unknown),
  );
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch (error) {
    const message = `its payload is not JSON (${(error as Error).message})`;
    throw new InMemoryError('DATA_DAMAGED', message, {}, {cause: error});
  }
}

const members = [
  'table',
  'key',
  'truncate',
  'isDropped',
  'schema',
  'del',
  'delTypes',
  'put',
  'next',
  'restartsIds',
];

function decodeChange(json: unknown, unknown: UnknownMembers): TableChange {
  if (!isRecord(json)) throw malformed('a change', json);
  if (unknown === 'refused') requireOnly(members, json);
  const {table, schema, next} = json;
  if (typeof table !== 'string') throw malformed('a table', table);
  if (next !== undefined && !Number.isSafeInteger(next)) {
    throw malformed('next', next);
  }
  return {
    table,
    ...flagOf('truncate', json),
    ...flagOf('isDropped', json),
    ...(schema !== undefined && schemaOf(table, schema, unknown)),
    ...decodeRows(json, unknown),
    ...(next !== undefined && {next: next as number}),
    ...flagOf('restartsIds', json),
  };
}

function flagOf<Name extends string>(
  name: Name,
  json: Record<string, unknown>,
): {[name in Name]?: true} {
  const value = json[name];
  if (value === undefined) return {};
  if (value !== true) throw malformed(name, value);
  return {[name]: value} as {[name in Name]?: true};
}

function schemaOf(
  table: string,
  json: unknown,
  unknown: UnknownMembers,
): Pick<TableChange, 'schema'> {
  const schema = parseKept(table, json);
  if (typeof schema !== 'string') return {schema};
  // One of a newer version may say more than is known.
  if (unknown === 'ignored') return {};
  const message = `the schema of ${table} ${schema}`;
  throw new InMemoryError('DATA_DAMAGED', message);
}

function decodeRows(
  json: Record<string, unknown>,
  unknown: UnknownMembers,
): Pick<TableChange, 'key' | 'del' | 'put'> {
  const {key, del, delTypes, put} = json;
  return {
    ...(key !== undefined && {key: namesOf(key)}),
    ...(del !== undefined && {
      del: decodeValue(arrayOf(del, 'del'), typesOf(delTypes)) as Key[],
    }),
    ...(put !== undefined && {
      put: arrayOf(put, 'put').map(row => decodePut(row, unknown)),
    }),
  };
}

function decodePut(json: unknown, unknown: UnknownMembers): PutRow {
  const [id, row, types, typesOfId, ...others] = arrayOf(json, 'a row');
  const isLong = others.length > 0 && unknown === 'refused';
  if (!isRecord(row) || id === undefined || isLong) {
    throw malformed('a row', json);
  }
  return [decodeValue(id, typesOf(typesOfId)), decodeRow(row, typesOf(types))];
}

function typesOf(json: unknown): Types {
  if (json === undefined) return {};
  if (!isRecord(json)) throw malformed('types', json);
  return json as Types;
}

function namesOf(json: unknown): readonly string[] {
  const names = arrayOf(json, 'key');
  if (!names.every(name => typeof name === 'string')) {
    throw malformed('key', names);
  }
  return names;
}

function arrayOf(json: unknown, name: string): unknown[] {
  if (!Array.isArray(json)) throw malformed(name, json);
  return json;
}

/** Fails when there is a member that no journal of a known version has. */
function requireOnly(names: readonly string[], json: object): void {
  const other = Object.keys(json).find(name => !names.includes(name));
  if (other === undefined) return;
  const message =
    `there is a member ${show(other)}, which the version of the journal ` +
    'does not have';
  throw new InMemoryError('DATA_DAMAGED', message);
}

function malformed(name: string, json: unknown): InMemoryError {
  const message = `${name} cannot be ${show(json)}`;
  return new InMemoryError('DATA_DAMAGED', message);
}
