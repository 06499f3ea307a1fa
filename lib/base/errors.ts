import {type ErrorCode, errorCodes} from './error-codes';

/**
 * What an error is about, for programs; the message says the same to people. LoopBack's
 * REST layer sends the details to clients, all that can be enumerated: neither the
 * `id` nor a `value` that is long or that JSON cannot write.
 */
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
  /** The transaction that keeps what is waited for, by its number. */
  readonly transaction?: number;
  /** The file that could not be read or written. */
  readonly file?: string;
  /** The byte of the file at which the damage begins. */
  readonly offset?: number;
  /** Where in the file, both counted from 1. */
  readonly line?: number;
  readonly column?: number;
  /** Whether the file is not damaged but of another form, which can be loaded. */
  readonly isOtherForm?: true;
}

/**
 * The one error class of this package. When a statement fails with it, nothing
 * was changed.
 */
export class InMemoryError extends Error {
  override readonly name = 'InMemoryError';

  /** The HTTP status that LoopBack's REST layer answers with. */
  statusCode: number;

  /** The SQLSTATE that SQL databases report the like with, if there is one. */
  readonly sqlState?: string;

  readonly details: ErrorDetails;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
    options?: {cause?: unknown},
  ) {
    super(message, options);
    this.details = keptFromClients(details);
    this.statusCode = errorCodes[code].status;
    const sqlState = sqlStateOf(code, details.constraint);
    if (sqlState !== undefined) this.sqlState = sqlState;
  }
}

/** How long a value may be as JSON that clients are sent. */
const maxSentLength = 200;

/** The details that cannot always be enumerated. */
const forPrograms = ['id', 'value'] as const;

/** Details in which what is for programs only cannot be enumerated. */
function keptFromClients(details: ErrorDetails): ErrorDetails {
  const kept = allOf(details);
  for (const name of forPrograms) {
    const isSent = name === 'value' && maySend(kept[name]);
    if (kept[name] === undefined || isSent) continue;
    Object.defineProperty(kept, name, {enumerable: false});
  }
  return kept;
}

/** A copy of details, of which some cannot be enumerated where an error has them. */
export function allOf(details: ErrorDetails): ErrorDetails {
  const all: {-readonly [K in keyof ErrorDetails]: ErrorDetails[K]} = {
    ...details,
  };
  for (const name of forPrograms) {
    if (details[name] !== undefined) all[name] = details[name];
  }
  return all;
}

function maySend(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= maxSentLength;
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text !== undefined && text.length <= maxSentLength;
  } catch {
    return false;
  }
}

function sqlStateOf(
  code: ErrorCode,
  constraint: string | undefined,
): string | undefined {
  const {sqlState, constraintSqlStates: own} = errorCodes[code];
  return own !== undefined &&
    constraint !== undefined &&
    Object.hasOwn(own, constraint)
    ? own[constraint]
    : sqlState;
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
    if (typeof value === 'function') return `[function ${value.name}]`;
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
