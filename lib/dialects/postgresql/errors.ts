import {type InMemoryError, show} from '../../base/errors';
import {isRecord} from '../../base/objects';
import type {Column, EmulatedDatabase, EmulatedTable} from '../dialect';
import {NativeError} from '../native-error';
import {quoted} from './identifiers';

type TableOf = Parameters<EmulatedDatabase['errorOf']>[2];

interface Fields {
  readonly detail?: string | undefined;
  readonly hint?: string;
  readonly position?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
}

/**
 * An error as `pg` makes it of PostgreSQL's: a `DatabaseError`, which has all
 * fields of the protocol, those that the server did not send too.
 */
export function pgError(
  code: string,
  message: string,
  fields: Fields = {},
  cause?: Error,
): NativeError {
  const {column, constraint, dataType, detail, hint} = fields;
  const {position, schema, table} = fields;
  return new NativeError(
    message,
    {
      name: 'error',
      severity: 'ERROR',
      code,
      detail,
      hint,
      position,
      internalPosition: undefined,
      internalQuery: undefined,
      where: undefined,
      schema,
      table,
      column,
      dataType,
      constraint,
    },
    cause,
  );
}

/** What PostgreSQL advises where an operator does not take the types. */
export const noOperator =
  'No operator matches the given name and argument types. You might need to ' +
  'add explicit type casts.';

/** 22P02, of dates 22007: a text that is no value of a type. */
export function invalidSyntax(
  type: string,
  text: string,
  code = '22P02',
): NativeError {
  return pgError(code, `invalid input syntax for type ${type}: "${text}"`);
}

/** 23502, with all that would have been stored. */
export function notNullViolation(
  column: Column,
  table: EmulatedTable,
  row: Readonly<Record<string, unknown>>,
): NativeError {
  const values = table.columns.map(each => {
    const value = row[each.property] ?? null;
    return value === null ? 'null' : cut(each.text(value));
  });
  return pgError(
    '23502',
    `null value in column "${column.name}" of relation "${table.name}" ` +
      'violates not-null constraint',
    {
      detail: `Failing row contains (${values.join(', ')}).`,
      schema: schemaOf(table),
      table: table.name,
      column: column.name,
    },
  );
}

/** The schema that a model names; the datasource cannot name another one. */
function schemaOf({settings}: EmulatedTable): string {
  const own = settings['postgresql'];
  const {schema, schemaName} = isRecord(own) ? own : {};
  const name = schema || schemaName;
  return typeof name === 'string' ? name : 'public';
}

/** How much of a value PostgreSQL shows, in bytes of UTF-8. */
const maxShownBytes = 64;

function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxShownBytes) return text;
  let end = maxShownBytes;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return `${bytes.toString('utf8', 0, end)}...`;
}

/** What PostgreSQL, its driver and LoopBack's connector say in the place of an error. */
export function errorOf(
  error: InMemoryError,
  table: EmulatedTable | undefined,
  tableOf: TableOf,
): Error {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return table ? duplicate(error, table) : error;
    case 'FOREIGN_KEY_VIOLATION':
      return table ? foreignKey(error, table, tableOf) : error;
    case 'SERIALIZATION_FAILURE':
      return pgError(
        '40001',
        serializationText(error),
        serializationFields(error),
        error,
      );
    case 'DEADLOCK':
      return pgError(
        '40P01',
        'deadlock detected',
        {
          detail: deadlockDetail(error),
          hint: 'See server log for query details.',
        },
        error,
      );
    case 'LOCK_TIMEOUT':
      return pgError(
        '55P03',
        'canceling statement due to lock timeout',
        {},
        error,
      );
    case 'STATEMENT_TIMEOUT':
      return pgError(
        '57014',
        'canceling statement due to statement timeout',
        {},
        error,
      );
    case 'TRANSACTION_ENDED':
      return plainError(
        `The transaction is not active: ${String(error.details.value)}`,
        error,
      );
    case 'TRANSACTION_ABORTED':
      return pgError(
        '25P02',
        'current transaction is aborted, commands ignored until end of ' +
          'transaction block',
        {},
        error,
      );
    default:
      return error;
  }
}

/** Processes and transactions are told by numbers of ours. */
function deadlockDetail({details: {transaction = 0}}: InMemoryError): string {
  const [one, other] = [process.pid, process.pid + 1];
  const waits = (waiting: number, holding: number, number: number) =>
    `Process ${waiting} waits for ShareLock on transaction ${number}; ` +
    `blocked by process ${holding}.`;
  return `${waits(one, other, transaction)}\n${waits(other, one, transaction + 1)}`;
}

/** An error of LoopBack's own, of which ours is the cause. */
export function plainError(message: string, cause: Error): Error {
  return new Error(message, {cause});
}

/** A conflict of reads and writes, or an update of what another one has changed. */
function serializationText({details}: InMemoryError): string {
  return details.constraint === 'serializable'
    ? 'could not serialize access due to read/write dependencies among transactions'
    : 'could not serialize access due to concurrent update';
}

function serializationFields({details}: InMemoryError): Fields {
  return details.constraint === 'serializable'
    ? {
        detail:
          'Reason code: Canceled on identification as a pivot, during write.',
        hint: 'The transaction might succeed if retried.',
      }
    : {};
}

function duplicate(error: InMemoryError, table: EmulatedTable): NativeError {
  const {index = '', property = '', value} = error.details;
  const properties = property.split(', ');
  const isId = index === 'PRIMARY';
  const constraint = isId
    ? `${table.name}_pkey`
    : indexName(index, properties, table);
  return pgError(
    '23505',
    `duplicate key value violates unique constraint "${constraint}"`,
    {
      detail: `Key ${keyText(properties, value, table, quoted)} already exists.`,
      schema: schemaOf(table),
      table: table.name,
      constraint,
    },
    error,
  );
}

/** An index on one property that it declares itself is `<table>_<column>_idx`. */
function indexName(
  index: string,
  properties: readonly string[],
  table: EmulatedTable,
): string {
  const [only] = properties;
  return properties.length === 1 &&
    (index === only || index === `${only}_index`)
    ? `${table.name}_${columnName(only!, table)}_idx`
    : index;
}

function columnName(property: string, {byProperty}: EmulatedTable): string {
  return byProperty.get(property)?.name ?? property.toLowerCase();
}

/** `(a, b)=(x, 1)` */
export function keyText(
  properties: readonly string[],
  value: unknown,
  table: EmulatedTable,
  written: (name: string) => string = name => name,
): string {
  const values = properties.length === 1 ? [value] : (value as unknown[]);
  const names = properties.map(each => written(columnName(each, table)));
  const texts = properties.map((each, i) => {
    const column = table.byProperty.get(each);
    const own = Array.isArray(values) ? values[i] : value;
    return own === null || own === undefined
      ? 'null'
      : (column?.text(own) ?? show(own));
  });
  return `(${names.join(', ')})=(${texts.join(', ')})`;
}

function foreignKey(
  error: InMemoryError,
  table: EmulatedTable,
  tableOf: TableOf,
): NativeError {
  const {constraint = '', parentTable = '', property = ''} = error.details;
  const {parentProperty = '', table: childTable = '', value} = error.details;
  const nameOf = (name: string) => tableOf(name)?.name ?? name.toLowerCase();
  const child = nameOf(childTable);
  const parent = nameOf(parentTable);
  const isParents = isOfParent(error);
  const key = (isParents ? parentProperty : property).split(', ');
  const text = keyText(key, value, table);
  const statement = isParents
    ? `update or delete on table "${parent}"`
    : `insert or update on table "${child}"`;
  return pgError(
    '23503',
    `${statement} violates foreign key constraint "${constraint}"` +
      (isParents ? ` on table "${child}"` : ''),
    {
      detail: isParents
        ? `Key ${text} is still referenced from table "${child}".`
        : `Key ${text} is not present in table "${parent}".`,
      schema: schemaOf(tableOf(childTable) ?? table),
      table: child,
      constraint,
    },
    error,
  );
}

/** Whether the row that goes or changes is the parent. */
function isOfParent({details}: InMemoryError): boolean {
  return details.id !== undefined;
}
