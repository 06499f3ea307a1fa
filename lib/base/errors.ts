/**
 * The stable codes of {@link InMemoryError}, grouped by what the caller must do.
 *
 * - Mend the request: `INVALID_FILTER`, `INVALID_VALUE`, `UNKNOWN_MODEL`.
 * - Mend the configuration: `INVALID_SETTING`, `INVALID_MODEL`.
 * - Choose other values: `DUPLICATE_KEY`, `NOT_NULL_VIOLATION`,
 *   `VALUE_OUT_OF_RANGE`, `FOREIGN_KEY_VIOLATION`.
 * - Look again, the rows are not as thought: `ROW_NOT_FOUND`, `MULTIPLE_ROWS`,
 *   `STALE_VERSION`.
 * - Connect first: `NOT_CONNECTED`.
 * - Wait for, or stop, the process that has the data file: `DATA_LOCKED`.
 * - Run the whole transaction again: `SERIALIZATION_FAILURE`, `DEADLOCK`.
 * - Wait, or end the transaction that is in the way: `LOCK_TIMEOUT`.
 * - Roll back: `TRANSACTION_ABORTED`. Begin another: `TRANSACTION_ENDED`.
 * - Mend the code: `INVALID_SAVEPOINT`, `FOREIGN_TRANSACTION`.
 * - Open the file to write: `READ_ONLY`.
 * - Look after the disk: `PERSISTENCE_FAILED`. Check the files: `DATA_DAMAGED`.
 */
export type ErrorCode =
  | 'INVALID_FILTER'
  | 'INVALID_VALUE'
  | 'UNKNOWN_MODEL'
  | 'INVALID_SETTING'
  | 'INVALID_MODEL'
  | 'DUPLICATE_KEY'
  | 'NOT_NULL_VIOLATION'
  | 'VALUE_OUT_OF_RANGE'
  | 'FOREIGN_KEY_VIOLATION'
  | 'ROW_NOT_FOUND'
  | 'MULTIPLE_ROWS'
  | 'STALE_VERSION'
  | 'NOT_CONNECTED'
  | 'DATA_LOCKED'
  | 'SERIALIZATION_FAILURE'
  | 'DEADLOCK'
  | 'LOCK_TIMEOUT'
  | 'TRANSACTION_ABORTED'
  | 'TRANSACTION_ENDED'
  | 'INVALID_SAVEPOINT'
  | 'FOREIGN_TRANSACTION'
  | 'PERSISTENCE_FAILED'
  | 'DATA_DAMAGED'
  | 'READ_ONLY';

/** What an error is about, for programs; the message says the same to people. */
export interface ErrorDetails {
  readonly table?: string;
  readonly property?: string;
  readonly index?: string;
  /** The rule that is broken, as it is declared: `maxLength`, a foreign key. */
  readonly constraint?: string;
  readonly parentTable?: string;
  readonly parentProperty?: string;
  readonly value?: unknown;
  /** The id of the row that is in the way: it has the key, or refers to one. */
  readonly id?: unknown;
  /** The file that could not be read or written. */
  readonly file?: string;
  /** The byte of the file at which the damage begins. */
  readonly offset?: number;
  /** Where in the file, both counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** The SQLSTATE of a code, and of a constraint where that has its own. */
const sqlStates: Readonly<Record<string, string>> = {
  INVALID_VALUE: '22P02',
  DUPLICATE_KEY: '23505',
  NOT_NULL_VIOLATION: '23502',
  FOREIGN_KEY_VIOLATION: '23503',
  VALUE_OUT_OF_RANGE: '22003',
  'VALUE_OUT_OF_RANGE maxLength': '22001',
  'VALUE_OUT_OF_RANGE minLength': '23514',
  'VALUE_OUT_OF_RANGE enum': '23514',
  SERIALIZATION_FAILURE: '40001',
  DEADLOCK: '40P01',
  DATA_LOCKED: '55006',
  LOCK_TIMEOUT: '55P03',
  TRANSACTION_ABORTED: '25P02',
  TRANSACTION_ENDED: '25000',
  INVALID_SAVEPOINT: '3B001',
  PERSISTENCE_FAILED: '58030',
  DATA_DAMAGED: 'XX001',
  READ_ONLY: '25006',
};

/**
 * The one error class of this package. When a statement fails with it, nothing
 * was changed.
 */
export class InMemoryError extends Error {
  override readonly name = 'InMemoryError';

  /** The HTTP status that LoopBack's REST layer answers with. */
  statusCode?: number;

  /** The SQLSTATE that SQL databases report the like with, if there is one. */
  readonly sqlState?: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    const sqlState =
      sqlStates[`${code} ${details.constraint}`] ?? sqlStates[code];
    if (sqlState !== undefined) this.sqlState = sqlState;
  }
}

const maxShownLength = 80;

/** `value` as a short text for an error message, 80 characters at most. */
export function show(value: unknown): string {
  const text = describe(value);
  return text.length > maxShownLength
    ? `${text.slice(0, maxShownLength - 3)}...`
    : text;
}

function describe(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return String(value);
  if (value instanceof RegExp) return String(value);
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    return 'Invalid Date';
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
