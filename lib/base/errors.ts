/**
 * The stable codes of {@link InMemoryError}, grouped by what the caller must do.
 *
 * - Mend the request: `INVALID_FILTER`, `INVALID_VALUE`, `UNKNOWN_MODEL`.
 * - Mend the configuration: `INVALID_SETTING`, `INVALID_MODEL`.
 * - Choose other values: `DUPLICATE_KEY`, `NOT_NULL_VIOLATION`.
 * - Look again, the rows are not as thought: `ROW_NOT_FOUND`, `MULTIPLE_ROWS`.
 * - Connect first: `NOT_CONNECTED`.
 */
export type ErrorCode =
  | 'INVALID_FILTER'
  | 'INVALID_VALUE'
  | 'UNKNOWN_MODEL'
  | 'INVALID_SETTING'
  | 'INVALID_MODEL'
  | 'DUPLICATE_KEY'
  | 'NOT_NULL_VIOLATION'
  | 'ROW_NOT_FOUND'
  | 'MULTIPLE_ROWS'
  | 'NOT_CONNECTED';

/** What an error is about, for programs; the message says the same to people. */
export interface ErrorDetails {
  readonly table?: string;
  readonly property?: string;
  readonly index?: string;
  readonly value?: unknown;
}

/**
 * The one error class of this package. When a statement fails with it, nothing
 * was changed.
 */
export class InMemoryError extends Error {
  override readonly name = 'InMemoryError';

  /** The HTTP status that LoopBack's REST layer answers with. */
  statusCode?: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
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
