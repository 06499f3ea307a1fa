import {sequenceAfter} from '../../schema/ids';
import type {Key} from '../../store/tree/key-order';
import {getOwn, type Row} from '../../value/copy';
import {inferKey} from './infer-key';
import type {RecoveredTable} from '../recovered-table';

/** The rows of a table, each with its id. */
export interface IdentifiedRows {
  /** The properties that are the id; none where it is a hidden number. */
  readonly key: readonly string[];
  readonly rows: readonly (readonly [id: Key, row: Row])[];
}

/**
 * The rows of a table with their ids: as the journal tells which properties are
 * the id, else as the keys in the data file let guess. O(rows).
 */
export function identifiedRows(table: RecoveredTable): IdentifiedRows {
  const rows = table.rows();
  if (table.primaryKey !== undefined) return {key: table.primaryKey, rows};
  const key = inferKey(
    rows.map(([text]) => text as string),
    rows.map(([, row]) => row),
  );
  return {
    key,
    rows: rows.map(([text, row]) => [idOf(row, key, text as string), row]),
  };
}

/**
 * The next sequence number of generated ids: as it was noted, or after the
 * greatest id where that is greater. O(rows).
 */
export function nextIdOf(table: RecoveredTable): number {
  let next = table.nextSequence;
  for (const [id] of identifiedRows(table).rows) {
    next = Math.max(next, sequenceAfter('text', id));
  }
  return next;
}

function idOf(row: Row, key: readonly string[], text: string): Key {
  if (key.length === 0) return Number(text);
  const values = key.map(name => getOwn(row, name) ?? null);
  return values.length === 1 ? (values[0] ?? text) : values;
}

/** An id as a text: that of 7 is that of "7", of others that differ it differs. */
export function idText(id: Key): string {
  if (Array.isArray(id)) return JSON.stringify(id.map(idText));
  if (id instanceof Date) return JSON.stringify(id);
  if (id instanceof Uint8Array) return Buffer.from(id).toString('hex');
  return typeof id === 'object'
    ? JSON.stringify(id)
    : `${id as string | number}`;
}
