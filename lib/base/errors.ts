import {hasColumns, type NameOf, named} from './column-words';
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
  /** What is in the way of a migration, ten of it at most. */
  readonly problems?: readonly MigrationProblem[];
  /** How much is in the way of it in all. */
  readonly problemCount?: number;
  /** Whether the file is not damaged but of another form, which can be loaded. */
  readonly isOtherForm?: true;
}

/** A row that keeps a migration from what it is to do. */
export interface MigrationProblem {
  readonly table: string;
  readonly id: unknown;
  readonly property: string;
  readonly value: unknown;
  /** What is wrong with it, for people. */
  readonly reason: string;
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

  /** Columns may be marked in the message, and in the reasons of problems. */
  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
    options?: {cause?: unknown},
  ) {
    super(hasColumns(message) ? named(message) : message, options);
    this.details = keptFromClients(plainDetails(details));
    if (details.property !== undefined || hasColumns(message)) {
      words.set(this, {message, details});
    }
    this.statusCode = errorCodes[code].status;
    const sqlState = sqlStateOf(code, details.constraint);
    if (sqlState !== undefined) this.sqlState = sqlState;
  }
}

/** What was said of columns, in errors that name some; columns may be marked. */
interface Words {
  readonly message: string;
  readonly details: ErrorDetails;
}

const words = new WeakMap<Error, Words>();

/** The message of an error with the columns marked in it, to be part of another. */
export function wordsOf(error: Error): string {
  return words.get(error)?.message ?? error.message;
}

/** Lets an error that names columns, in its details too, name other things. */
export function renameColumns(error: InMemoryError, nameOf: NameOf): void {
  const said = words.get(error);
  if (said === undefined) return;
  const {message, stack} = error;
  error.message = named(said.message, nameOf);
  if (stack !== undefined) {
    error.stack = stack.replace(message, () => error.message);
  }
  const {parentProperty, parentTable, problems, property, table} = said.details;
  const renamed: Partial<Record<keyof ErrorDetails, unknown>> = {
    property: namesIn(property, table, nameOf),
    parentProperty: namesIn(parentProperty, parentTable, nameOf),
    problems: problems?.map(each => toldOf(each, nameOf)),
  };
  for (const [name, value] of Object.entries(renamed)) {
    if (value === undefined) continue;
    const enumerable = !forPrograms.includes(name as never);
    Object.defineProperty(error.details, name, {value, enumerable});
  }
}

/** Lets the names in an error stay as they are, for they are no columns. */
export function keepNames(error: InMemoryError): void {
  words.delete(error);
}

/** Lets an error tell another value in its details. */
export function tellValue(error: InMemoryError, value: unknown): void {
  const enumerable = maySend(value);
  Object.defineProperty(error.details, 'value', {value, enumerable});
}

/** Details in which no columns are marked. */
function plainDetails(details: ErrorDetails): ErrorDetails {
  const {parentProperty = '', problems, property = ''} = details;
  if (!problems && !hasColumns(property + parentProperty)) return details;
  return {
    ...allOf(details),
    ...(property && {property: named(property)}),
    ...(parentProperty && {parentProperty: named(parentProperty)}),
    ...(problems && {problems: problems.map(each => toldOf(each))}),
  };
}

function toldOf(problem: MigrationProblem, nameOf?: NameOf): MigrationProblem {
  const {property, reason, table} = problem;
  return {
    ...problem,
    property: namesIn(property, table, nameOf)!,
    reason: named(reason, nameOf),
  };
}

/** Columns by their names, those that are marked or the one of a table. */
function namesIn(
  words: string | undefined,
  table = '',
  nameOf: NameOf = (_table, path) => path,
): string | undefined {
  if (words === undefined) return undefined;
  return hasColumns(words) ? named(words, nameOf) : nameOf(table, words);
}

/** How long a value may be as JSON that clients are sent. */
const maxSentLength = 200;

/** The details that cannot always be enumerated. */
const forPrograms = ['id', 'value', 'problems'] as const;

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
  const all: Record<string, unknown> = {...details};
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

/** The name of a value's class, `Object` where it has none. */
function classOf(value: unknown): string {
  const {constructor} = value as {readonly constructor?: {name?: unknown}};
  const name = constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'Object';
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
    return `[object ${classOf(value)}]`;
  }
}
