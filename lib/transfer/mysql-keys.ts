import {InMemoryError} from '../base/errors';
import {pathsOf} from '../schema/foreign-keys';
import type {IndexDefinition} from '../schema/schema';
import type {SqlColumn, SqlTable} from './columns';
import {quotedName} from './dialects';

/*
 * A key of MySQL has no more than 3,072 bytes, and a character of a text takes
 * four. So texts in keys are VARCHARs, of which the length has to be told, and
 * longer ones are found by their beginnings.
 */
const maxKeyBytes = 3_072;
const charBytes = 4;

/** The lengths that a text in a key gets, in characters. */
const lengths = [191, 255, 768];

/** How much of a longer text an index holds. */
const prefixLength = 191;

/** The length of a text or of bytes that are in a key; undefined where they are not. */
export function mysqlKeyLength(column: SqlColumn): number | undefined {
  const {isKey, kind, longest, maxLength} = column;
  if (!isKey || (kind !== 'text' && kind !== 'bytes')) return undefined;
  const known = lengths.find(length => length >= longest);
  return maxLength !== undefined && maxLength <= lengths.at(-1)!
    ? maxLength
    : known;
}

/** The bytes that a column takes in a key; undefined where it is too long for one. */
function keyBytes(column: SqlColumn): number | undefined {
  switch (column.kind) {
    case 'text': {
      const length = mysqlKeyLength(column);
      return length === undefined ? undefined : length * charBytes;
    }
    case 'bytes':
      return mysqlKeyLength(column);
    case 'json':
    case 'point':
      return undefined;
    case 'decimal':
      return column.precision;
    default:
      return 8;
  }
}

/** The bytes of a key; Infinity where a column cannot be in one. */
function bytesOf(names: readonly string[], {columns}: SqlTable): number {
  return columns
    .filter(({name}) => names.includes(name))
    .reduce((sum, column) => sum + (keyBytes(column) ?? Infinity), 0);
}

/** Fails with INVALID_MODEL where MySQL cannot have the id of a table. */
export function requireMysqlKey(table: SqlTable): void {
  const {name, primaryKey} = table.schema;
  if (bytesOf(primaryKey, table) <= maxKeyBytes) return;
  const id = primaryKey.join(' and ');
  throw new InMemoryError(
    'INVALID_MODEL',
    `${name}: its id, ${id}, is longer than the ${maxKeyBytes} bytes of a key in ` +
      'MySQL, or is no text, number or date. Take another id first, or another dialect.',
    {table: name, property: id},
  );
}

/** A column in an index of MySQL; undefined where that cannot have it. */
export function mysqlKey(
  column: SqlColumn,
  index: IndexDefinition,
  table: SqlTable,
): string | undefined {
  const {kind} = column;
  if (kind === 'json' || kind === 'point') return undefined;
  const name = quotedName(column.name, 'mysql');
  if (bytesOf(pathsOf(index), table) <= maxKeyBytes) return name;
  // The beginning of a text serves a search, but no unique key.
  if (index.isUnique || index.keys.length > 4) return undefined;
  const isLong = (kind === 'text' || kind === 'bytes') && isLonger(column);
  return isLong ? `${name}(${prefixLength})` : name;
}

function isLonger(column: SqlColumn): boolean {
  return (mysqlKeyLength(column) ?? Infinity) > prefixLength;
}
