import type {InMemoryError} from '../../base/errors';
import type {Column, EmulatedTable} from '../dialect';
import {NativeError} from '../native-error';

/** The result codes of SQLite that the package `sqlite3` names in errors. */
const numbers = {
  SQLITE_ERROR: 1,
  SQLITE_BUSY: 5,
  SQLITE_CONSTRAINT: 19,
  SQLITE_MISMATCH: 20,
} as const;

/** An error as the package `sqlite3` makes it of SQLite's. */
export function sqliteError(
  code: keyof typeof numbers,
  message: string,
  cause?: Error,
): NativeError {
  return new NativeError(
    `${code}: ${message}`,
    {errno: numbers[code], code},
    cause,
  );
}

/** Of a statement that cannot be parsed; undefined is its end. */
export function syntaxError(near: string | undefined): NativeError {
  return sqliteError(
    'SQLITE_ERROR',
    near === undefined ? 'incomplete input' : `near "${near}": syntax error`,
  );
}

/** LoopBack's connector, the parser, what is named, the values. */
export function phaseOf(error: unknown): number {
  const {code, message} = error as Error & {code?: unknown};
  if (typeof code !== 'string') return 0;
  if (code !== 'SQLITE_ERROR') return 3;
  return /^SQLITE_ERROR: (no such |table .* has no column )/.test(message)
    ? 2
    : 1;
}

/** Of a null where there can be none. */
export function notNullFailed(
  column: Pick<Column, 'name'>,
  table: Pick<EmulatedTable, 'name'>,
): NativeError {
  return sqliteError(
    'SQLITE_CONSTRAINT',
    `NOT NULL constraint failed: ${table.name}.${column.name}`,
  );
}

/** What SQLite, its driver and LoopBack's connector say in the place of an error. */
export function errorOf(
  error: InMemoryError,
  table: EmulatedTable | undefined,
): Error {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return table ? duplicate(error, table) : error;
    case 'LOCK_TIMEOUT':
      return sqliteError('SQLITE_BUSY', 'database is locked', error);
    default:
      return error;
  }
}

function duplicate(error: InMemoryError, table: EmulatedTable): NativeError {
  const {property = ''} = error.details;
  const name = table.byProperty.get(property)?.name ?? property;
  return uniqueFailed(name, table.name, error);
}

/** Of a value that another row has. */
export function uniqueFailed(
  column: string,
  table: string,
  cause?: Error,
): NativeError {
  return sqliteError(
    'SQLITE_CONSTRAINT',
    // LoopBack's connector adds the words in parentheses.
    `UNIQUE constraint failed: ${table}.${column} (duplicate value)`,
    cause,
  );
}
