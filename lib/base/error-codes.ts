/** What belongs to an error code, for all who ask. */
export interface ErrorFacts {
  /** The HTTP status that LoopBack's REST layer answers with. */
  readonly status: number;
  /** The SQLSTATE that SQL databases report the like with, if there is one. */
  readonly sqlState?: string;
  /** The SQLSTATEs of those `details.constraint` that have one of their own. */
  readonly constraintSqlStates?: Readonly<Record<string, string>>;
  /** Whether a statement that fails with it ends its transaction. */
  readonly endsTransaction?: true;
  /** Whether the same transaction may succeed when all of it is run again. */
  readonly isRetryable?: true;
  /** When it occurs, for docs/errors.md. */
  readonly when: string;
  /** What its receiver is to do, for docs/errors.md. */
  readonly advice: string;
}

const table = {
  INVALID_FILTER: {
    status: 400,
    when: 'an operator, operand, order, limit, field or pattern that cannot be',
    advice: 'mend the filter; the message names what was meant',
  },
  MULTIPLE_ROWS: {
    status: 400,
    when: '`upsertWithWhere` with several matches; a part of an id that several have',
    advice: 'ask for exactly one row',
  },
  INVALID_SAVEPOINT: {
    status: 400,
    sqlState: '3B001',
    when: 'a savepoint that the transaction does not have',
    advice: 'mend the code',
  },
  FOREIGN_TRANSACTION: {
    status: 400,
    when: "a transaction of another datasource, with `foreignTransactions: 'error'`",
    advice: 'begin one on the datasource of the model',
  },
  READ_ONLY: {
    status: 403,
    sqlState: '25006',
    when: 'a write to a file that was opened with `readOnly: true`',
    advice: 'open it without, or write elsewhere',
  },
  ROW_NOT_FOUND: {
    status: 404,
    when:
      '`replaceById` or `updateAttributes` of a row that is not there; `expire` or ' +
      '`ttl` of a key',
    advice: 'look again',
  },
  DUPLICATE_KEY: {
    status: 409,
    sqlState: '23505',
    when: 'an id or the key of a unique index that is taken',
    advice: 'choose another value',
  },
  FOREIGN_KEY_VIOLATION: {
    status: 409,
    sqlState: '23503',
    when: 'a row that refers to none, or that others refer to',
    advice: 'write the parent first, or delete the children first',
  },
  STALE_VERSION: {
    status: 409,
    when: 'an update that carries another version than the row has',
    advice: 'read the row again, and decide again',
  },
  SERIALIZATION_FAILURE: {
    status: 409,
    sqlState: '40001',
    endsTransaction: true,
    isRetryable: true,
    when: 'others have changed what the transaction builds on',
    advice: 'roll back and run it again: `inTransaction` with `retries`',
  },
  DEADLOCK: {
    status: 409,
    sqlState: '40P01',
    endsTransaction: true,
    isRetryable: true,
    when: 'transactions wait for each other',
    advice: 'the same; write rows in the same order everywhere',
  },
  LOCK_TIMEOUT: {
    status: 409,
    sqlState: '55P03',
    when: 'another transaction keeps a row for longer than `lockTimeoutMs`',
    advice:
      'end that one (`connector.statistics()` lists the open ones), pass it on as ' +
      '`{transaction}`, or wait longer',
  },
  TRANSACTION_ABORTED: {
    status: 409,
    sqlState: '25P02',
    when: 'a statement or commit after an error that ended the transaction',
    advice: 'roll back; `inTransaction` with `retries` does, and runs it again',
  },
  TRANSACTION_ENDED: {
    status: 409,
    sqlState: '25000',
    when: 'a statement, commit or rollback after the end',
    advice: 'begin another one',
  },
  INVALID_VALUE: {
    status: 422,
    sqlState: '22P02',
    when: 'a value that cannot be stored, or not under the declared type',
    advice: 'mend the value',
  },
  NOT_NULL_VIOLATION: {
    status: 422,
    sqlState: '23502',
    when: 'a required property, or an id that is not generated, without a value',
    advice: 'give a value',
  },
  VALUE_OUT_OF_RANGE: {
    status: 422,
    sqlState: '22003',
    constraintSqlStates: {
      maxLength: '22001',
      minLength: '23514',
      enum: '23514',
    },
    when: 'a value that is too large, too long, too short or not one of those declared',
    advice: 'mend the value',
  },
  EMULATION_HAZARD: {
    status: 500,
    when: 'with `emulate`, a call with which the database does what nobody means',
    advice: 'write what is meant; the message says how',
  },
  NOT_EMULATED: {
    status: 500,
    when: 'with `emulate`, a call that is not emulated',
    advice: 'use what the message names, or the database itself',
  },
  UNKNOWN_MODEL: {
    status: 500,
    when: 'a model that the datasource does not have',
    advice: 'define it first',
  },
  MIGRATION_REFUSED: {
    status: 500,
    when: 'an `autoupdate` for which rows are in the way; `details.problems` lists them',
    advice:
      'mend the rows or the models, or allow it with `memory: {lossy: true}`',
  },
  INVALID_MODEL: {
    status: 500,
    when: 'a definition that cannot be, or that the stored rows contradict',
    advice: 'mend the definition, or run `autoupdate`',
  },
  INVALID_SETTING: {
    status: 500,
    when: 'a setting that cannot be',
    advice: 'mend the setting',
  },
  PERSISTENCE_FAILED: {
    status: 500,
    sqlState: '58030',
    when: 'a file cannot be written, read or synced; `cause` says why',
    advice: 'make room or mend the disk; what was asked for was not done',
  },
  DATA_DAMAGED: {
    status: 500,
    sqlState: 'XX001',
    when: 'a file holds what no crash leaves behind; the message names the byte',
    advice: 'run `npx loopback-connector-inmemory check FILE`, then `repair`',
  },
  DATA_TOO_NEW: {
    status: 500,
    when: 'files of a newer package, which this one may not read, or not write',
    advice: 'update this package',
  },
  NOT_CONNECTED: {
    status: 503,
    when: '`ping` or `explain` after `disconnect`, `explain` before `connect`',
    advice: '`await dataSource.connect()`; statements connect by themselves',
  },
  STATEMENT_TIMEOUT: {
    status: 503,
    sqlState: '57014',
    when: 'a statement takes longer than `statementTimeoutMs`',
    advice: 'ask for less, add an index, or allow more time',
  },
  DATA_LOCKED: {
    status: 503,
    sqlState: '55006',
    when: 'another process, or another copy of this package, owns the data file',
    advice:
      'end that one, wait with `lockTimeoutMs`, or open with `readOnly: true`',
  },
} satisfies Record<string, ErrorFacts>;

/** The stable codes of this package's errors. */
export type ErrorCode = keyof typeof table;

/**
 * All that belongs to each code, and the one place to add another: the errors,
 * what is done about them and docs/errors.md follow from it.
 */
export const errorCodes: Readonly<Record<ErrorCode, ErrorFacts>> = table;
