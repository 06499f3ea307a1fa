import {constants} from 'node:os';
import {type ErrorCode, errorCodes} from '../base/error-codes';
import {type ErrorDetails, InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isObject} from '../base/objects';
import type {Failure, StatementCall} from '../connector/statement-hooks';
import type {InMemoryConnector} from '../connector/connector';

/**
 * With what a statement fails: the code of one of this connector's errors, or the
 * SQLSTATE of one; the name of an error of the network; an error; or what makes one.
 */
export type FaultError =
  | ErrorCode
  | NetworkError
  | (string & {})
  | Error
  | ((statement: {readonly method: string; readonly model: string}) => Error);

/** What Node calls errors of a connection. */
export type NetworkError = keyof typeof networkErrors;

/** What was called when a connection has failed so. */
const networkErrors = {
  ECONNREFUSED: 'connect',
  ECONNRESET: 'read',
  EHOSTUNREACH: 'connect',
  ENETUNREACH: 'connect',
  EPIPE: 'write',
  ETIMEDOUT: 'connect',
} as const;

type Tables = InMemoryConnector['database']['head']['tables'];
type TableSchema = NonNullable<ReturnType<Tables['get']>>['schema'];

/** The table of a statement, as far as its errors tell of it. */
export type SchemaOf = (model: string) => TableSchema | undefined;

/** Makes the errors of a fault. */
export type MakeFailure = (call: StatementCall, schemaOf: SchemaOf) => Failure;

/**
 * What makes an error each time that a statement is to fail. Fails with
 * INVALID_SETTING where there is no such error.
 */
export function failureMaker(error: FaultError): MakeFailure {
  if (typeof error === 'function') {
    return ({method, model}) => ({error: error({method, model})});
  }
  if (typeof error !== 'string') {
    if (!((error as unknown) instanceof Error)) throw invalid(error);
    return () => ({error});
  }
  if (Object.hasOwn(networkErrors, error)) {
    return () => ({
      error: networkError(error as NetworkError),
      endsConnection: true,
    });
  }
  const code = codeOf(error);
  return (call, schemaOf) => ({error: ownError(code, call, schemaOf)});
}

function codeOf(text: string): ErrorCode {
  if (Object.hasOwn(errorCodes, text)) return text as ErrorCode;
  for (const [code, {sqlState}] of Object.entries(errorCodes)) {
    if (sqlState === text) return code as ErrorCode;
  }
  throw invalid(text);
}

function invalid(given: unknown): InMemoryError {
  const names = [...Object.keys(errorCodes), ...Object.keys(networkErrors)];
  const near = typeof given === 'string' ? nearest(given, names) : undefined;
  return new InMemoryError(
    'INVALID_SETTING',
    `A fault cannot have the error ${show(given)}.` +
      (near === undefined ? '' : ` Did you mean ${near}?`) +
      ' It must be a code of docs/errors.md, an SQLSTATE that is there, one of ' +
      `${Object.keys(networkErrors).join(', ')}, an Error, or a function that ` +
      'makes one.',
    {property: 'error', value: given},
  );
}

/** As Node makes it of what the operating system says. */
function networkError(code: NetworkError): Error {
  const syscall = networkErrors[code];
  const isOfAddress = syscall === 'connect';
  const place = {address: '127.0.0.1', port: 1};
  const told = isOfAddress ? ` ${place.address}:${place.port}` : '';
  return Object.assign(new Error(`${syscall} ${code}${told}`), {
    errno: -constants.errno[code],
    code,
    syscall,
    ...(isOfAddress && place),
  });
}

function ownError(
  code: ErrorCode,
  call: StatementCall,
  schemaOf: SchemaOf,
): InMemoryError {
  const {method, model} = call;
  const what = model === '' ? method : `${model}.${method}`;
  const said = `${what} fails: a fault that faults() was told to make`;
  const {when} = errorCodes[code];
  const schema = schemaOf(model);
  const details = schema && detailsOf(code, schema, call);
  return new InMemoryError(code, `${said} (${when}).`, details);
}

/** What is told of the row: a key of it, or the first foreign key. */
function detailsOf(
  code: ErrorCode,
  schema: TableSchema,
  {given}: StatementCall,
): ErrorDetails {
  const {foreignKeys, name: table} = schema;
  const [first] = given;
  const row = (Array.isArray(first) ? first[0] : first) as unknown;
  const valueOf = (property: string): unknown =>
    isObject(row) ? row[property] : row;
  if (code === 'DUPLICATE_KEY') {
    const {index, properties} = keyOf(schema, valueOf);
    const values = properties.map(valueOf);
    const property = properties.join(', ');
    const value = values.length === 1 ? values[0] : values;
    return {table, index, property, value};
  }
  const [key] = foreignKeys;
  if (code === 'FOREIGN_KEY_VIOLATION' && key !== undefined) {
    return {
      table,
      property: key.properties.join(', '),
      constraint: key.name,
      parentTable: key.parent,
      parentProperty: key.parentProperties.join(', '),
      value: valueOf(key.properties[0]!),
    };
  }
  return {table};
}

/** The id, or a unique index where the row gets its id from the database. */
function keyOf(
  {indexes, primaryKey}: TableSchema,
  valueOf: (property: string) => unknown,
): {readonly index: string; readonly properties: readonly string[]} {
  const unique = indexes.find(({isUnique}) => isUnique);
  const hasId = primaryKey.some(name => valueOf(name) !== undefined);
  return unique === undefined || hasId
    ? {index: 'PRIMARY', properties: primaryKey}
    : {
        index: unique.name,
        properties: unique.keys.map(({path}) => path),
      };
}
