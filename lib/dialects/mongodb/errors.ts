import {type InMemoryError, show} from '../../base/errors';
import type {EmulatedTable} from '../dialect';
import {NativeError} from '../native-error';
import {fromStored, isObjectId} from './object-id';

/** The error of MongoDB's driver for what the server refuses. */
class MongoServerError extends NativeError {
  override get name(): string {
    return 'MongoServerError';
  }
}

/** The error of MongoDB's driver for what it refuses itself. */
class MongoInvalidArgumentError extends Error {
  override get name(): string {
    return 'MongoInvalidArgumentError';
  }
}

const codeNames: Readonly<Record<number, string>> = {
  2: 'BadValue',
  14: 'TypeMismatch',
  50: 'MaxTimeMSExpired',
  66: 'ImmutableField',
  112: 'WriteConflict',
  251: 'NoSuchTransaction',
};

/** What a command fails with on the server. */
export function serverError(
  code: number,
  message: string,
  cause?: Error,
): NativeError {
  const codeName = codeNames[code];
  return new MongoServerError(message, {ok: 0, code, codeName}, cause);
}

/** Of an update that would change nothing. */
export function noAtomicOperators(): Error {
  return new MongoInvalidArgumentError(
    'Update document requires atomic operators',
  );
}

/** What MongoDB, its driver and LoopBack's connector say in the place of an error. */
export function errorOf(
  error: InMemoryError,
  table: EmulatedTable | undefined,
): Error {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return table ? duplicate(error, table) : error;
    case 'SERIALIZATION_FAILURE':
    case 'LOCK_TIMEOUT':
    case 'DEADLOCK':
      return serverError(
        112,
        'WriteConflict error: this operation conflicted with another ' +
          'operation. Please retry your operation or multi-document transaction.',
        error,
      );
    case 'TRANSACTION_ABORTED':
      return serverError(
        251,
        'Given transaction number does not match any in-progress transactions.',
        error,
      );
    case 'TRANSACTION_ENDED':
      return new Error(
        `The transaction is not active: ${String(error.details.value)}`,
        {cause: error},
      );
    case 'STATEMENT_TIMEOUT':
      return serverError(50, 'operation exceeded time limit', error);
    default:
      return error;
  }
}

function duplicate(error: InMemoryError, table: EmulatedTable): Error {
  const {index = '', property = '', value} = error.details;
  const properties = property.split(', ');
  const isId = index === 'PRIMARY';
  const names = isId
    ? ['_id']
    : properties.map(each => table.byProperty.get(each)?.name ?? each);
  const values = properties.length === 1 ? [value] : (value as unknown[]);
  const keys = names.map(
    (name, i) => [name, fromStored(values[i]) ?? null] as const,
  );
  const shown = keys.map(([name, key]) => `${name}: ${keyText(key)}`);
  const indexName = isId ? '_id_' : nameOf(index, properties, names);
  return new MongoServerError(
    `E11000 duplicate key error collection: ${databaseName}.${table.name} ` +
      `index: ${indexName} dup key: { ${shown.join(', ')} }`,
    {
      index: 0,
      code: 11_000,
      keyPattern: Object.fromEntries(names.map(name => [name, 1])),
      keyValue: Object.fromEntries(keys),
    },
    error,
  );
}

/** That of LoopBack's connector where none is named. */
const databaseName = 'test';

/** An index on one property that it declares itself is `<field>_1`. */
function nameOf(
  index: string,
  [only, ...others]: readonly string[],
  [name]: readonly string[],
): string {
  const isOwn = index === only || index === `${only}_index`;
  return others.length === 0 && isOwn ? `${name}_1` : index;
}

function keyText(key: unknown): string {
  if (isObjectId(key)) return `ObjectId('${key.toString()}')`;
  if (key instanceof Date) return `new Date(${key.getTime()})`;
  return typeof key === 'string' ? JSON.stringify(key) : show(key);
}
