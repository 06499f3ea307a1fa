import {type InMemoryError, show} from '../../base/errors';
import type {ForeignKey} from '../../schema/schema';
import type {EmulatedTable} from '../dialect';
import {NativeError} from '../native-error';
import type {Clause, Server} from './flavour';

/** Number and SQLSTATE by the name that `mysql2` gives an error. */
const codes = {
  ER_BAD_FIELD_ERROR: [1054, '42S22'],
  ER_BAD_FT_COLUMN: [1283, 'HY000'],
  ER_BAD_NULL_ERROR: [1048, '23000'],
  ER_BLOB_CANT_HAVE_DEFAULT: [1101, '42000'],
  ER_BLOB_KEY_WITHOUT_LENGTH: [1170, '42000'],
  ER_CANT_CREATE_GEOMETRY_OBJECT: [1416, '22003'],
  ER_CANT_CREATE_TABLE: [1005, 'HY000'],
  ER_CANT_DROP_FIELD_OR_KEY: [1091, '42000'],
  ER_CANT_REMOVE_ALL_FIELDS: [1090, '42000'],
  ER_DATA_TOO_LONG: [1406, '22001'],
  ER_DROP_INDEX_FK: [1553, 'HY000'],
  ER_DUP_ENTRY: [1062, '23000'],
  ER_DUP_FIELDNAME: [1060, '42S21'],
  ER_DUP_KEYNAME: [1061, '42000'],
  ER_FK_CANNOT_DROP_PARENT: [3730, 'HY000'],
  ER_FK_CANNOT_OPEN_PARENT: [1824, 'HY000'],
  ER_FK_COLUMN_CANNOT_CHANGE: [1832, 'HY000'],
  ER_FK_COLUMN_CANNOT_CHANGE_CHILD: [1833, 'HY000'],
  ER_FK_COLUMN_CANNOT_DROP_CHILD: [1829, 'HY000'],
  ER_FK_COLUMN_NOT_NULL: [1830, 'HY000'],
  ER_FK_DUP_NAME: [1826, 'HY000'],
  ER_FK_INCOMPATIBLE_COLUMNS: [3780, 'HY000'],
  ER_FK_NO_COLUMN_PARENT: [3734, 'HY000'],
  ER_FK_NO_INDEX_PARENT: [1822, 'HY000'],
  ER_FT_MATCHING_KEY_NOT_FOUND: [1191, 'HY000'],
  // MariaDB's number for a constraint that fails is another error of MySQL.
  ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE: [4025, '23000'],
  // MariaDB's number for a type that there is not.
  ER_INSTALL_COMPONENT_SET_UNUSED_VALUE: [4161, 'HY000'],
  ER_INVALID_DEFAULT: [1067, '42000'],
  ER_INVALID_JSON_TEXT: [3140, '22032'],
  ER_INVALID_USE_OF_NULL: [1138, '22004'],
  ER_KEY_COLUMN_DOES_NOT_EXITS: [1072, '42000'],
  ER_LOCK_DEADLOCK: [1213, '40001'],
  ER_LOCK_WAIT_TIMEOUT: [1205, 'HY000'],
  ER_M_BIGGER_THAN_D: [1427, '42000'],
  ER_NO_DEFAULT_FOR_FIELD: [1364, 'HY000'],
  ER_NO_REFERENCED_ROW_2: [1452, '23000'],
  ER_NO_SUCH_TABLE: [1146, '42S02'],
  ER_PARSE_ERROR: [1064, '42000'],
  ER_QUERY_TIMEOUT: [3024, 'HY000'],
  // MariaDB's number for types of which one is not cast to the other.
  ER_REGEXP_MISSING_FILE: [4078, 'HY000'],
  ER_ROW_IS_REFERENCED_2: [1451, '23000'],
  ER_SPATIAL_CANT_HAVE_NULL: [1252, '42000'],
  ER_SP_DOES_NOT_EXIST: [1305, '42000'],
  ER_SP_UNDECLARED_VAR: [1327, '42000'],
  ER_TABLE_EXISTS_ERROR: [1050, '42S01'],
  ER_TOO_BIG_FIELDLENGTH: [1074, '42000'],
  ER_TOO_BIG_PRECISION: [1426, '42000'],
  ER_TOO_BIG_ROWSIZE: [1118, '42000'],
  ER_TOO_LONG_IDENT: [1059, '42000'],
  ER_TOO_LONG_KEY: [1071, '42000'],
  ER_TOO_MANY_KEY_PARTS: [1070, '42000'],
  ER_TRUNCATED_WRONG_VALUE: [1292, '22007'],
  ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: [1366, '22007'],
  ER_WARN_DATA_OUT_OF_RANGE: [1264, '22003'],
  ER_WRONG_ARGUMENTS: [1210, 'HY000'],
  ER_WRONG_NAME_FOR_INDEX: [1280, '42000'],
  WARN_DATA_TRUNCATED: [1265, '01000'],
} as const;

export type ErrorName = keyof typeof codes;

/**
 * An error as `mysql2` makes it of the server's and the connector hands it on,
 * which gives it a status; without `sql`, for there is no SQL.
 */
export function mysqlError(
  code: ErrorName,
  message: string,
  cause?: Error,
): NativeError {
  const [errno, sqlState] = codes[code];
  return new NativeError(
    message,
    {
      code,
      errno,
      sqlState,
      sqlMessage: message,
      statusCode: statusOf(code, message),
    },
    cause,
  );
}

/**
 * The connector has the one as a text, and the other as a number. What stands
 * before a colon in a message, a time of day perhaps, it takes for the code.
 */
function statusOf(code: ErrorName, message: string): string | number {
  const isTaken = code === 'ER_DUP_ENTRY' || code === 'ER_TABLE_EXISTS_ERROR';
  return isTaken && !message.includes(':') ? '422' : 500;
}

/** A text in a message, where letters that cannot be shown are written as numbers. */
export function shownText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}]|[^\0-\uffff]/gu, letter =>
    letter
      .split('')
      .map(unit => unit.charCodeAt(0).toString(16).toUpperCase())
      .map(digits => `\\${digits.padStart(4, '0')}`)
      .join(''),
  );
}

/** The error of a value, in another row than the first. */
export function atRow(error: Error, row: number): Error | undefined {
  const {code, message} = error as Error & {code?: ErrorName};
  const first = / at row 1$/;
  if (code === 'ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE') return error;
  if (code === undefined || !first.test(message)) return undefined;
  return mysqlError(code, message.replace(first, ` at row ${row}`));
}

/**
 * LoopBack's connector, the parser, what is named, in conditions before what is
 * set; values wait for a row.
 */
export function phaseOf(error: unknown): number {
  const {code, message} = error as {code?: unknown; message?: string};
  if (typeof code !== 'string') return 0;
  if (code === 'ER_PARSE_ERROR') return 1;
  if (atRow(error as Error, 1) !== undefined) return 4;
  return /' in '(SET|field list)'$/.test(message ?? '') ? 3 : 2;
}

/** 1064, near what it stumbles over in a line of the statement. */
export function parseError(
  {flavour}: Server,
  near: string,
  line = 1,
): NativeError {
  return mysqlError(
    'ER_PARSE_ERROR',
    'You have an error in your SQL syntax; check the manual that corresponds ' +
      `to your ${flavour.title} server version for the right syntax to use ` +
      `near '${near}' at line ${line}`,
  );
}

/** 1054: also of NaN and Infinity, which are sent as if they were columns. */
export function unknownColumn(
  {flavour}: Server,
  name: string,
  clause: Clause,
): NativeError {
  const where = flavour.clauses[clause];
  return mysqlError(
    'ER_BAD_FIELD_ERROR',
    `Unknown column '${name}' in '${where}'`,
  );
}

/** What the server, its driver and LoopBack's connector say in the place of an error. */
export function errorOf(
  error: InMemoryError,
  table: EmulatedTable | undefined,
  server: Server,
): Error {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return table ? duplicate(error, table, server) : error;
    case 'FOREIGN_KEY_VIOLATION':
      return foreignKey(error, server);
    case 'SERIALIZATION_FAILURE':
    case 'DEADLOCK':
      return mysqlError(
        'ER_LOCK_DEADLOCK',
        'Deadlock found when trying to get lock; try restarting transaction',
        error,
      );
    case 'LOCK_TIMEOUT':
      return mysqlError(
        'ER_LOCK_WAIT_TIMEOUT',
        'Lock wait timeout exceeded; try restarting transaction',
        error,
      );
    case 'STATEMENT_TIMEOUT':
      return mysqlError(
        'ER_QUERY_TIMEOUT',
        'Query execution was interrupted, maximum statement execution time exceeded',
        error,
      );
    case 'TRANSACTION_ENDED': {
      const message = `The transaction is not active: ${String(error.details.value)}`;
      return new Error(message, {cause: error});
    }
    default:
      return error;
  }
}

/** 1062, by the key that is `named`, or else that of the error. */
export function duplicate(
  error: InMemoryError,
  table: EmulatedTable,
  {flavour}: Server,
  named?: string,
): NativeError {
  const {index = '', property = '', value} = error.details;
  const properties = property.split(', ');
  const values = properties.length === 1 ? [value] : (value as unknown[]);
  const entry = properties.map((each, i) => {
    const own = Array.isArray(values) ? values[i] : value;
    if (own === null || own === undefined) return 'NULL';
    return shownText(table.byProperty.get(each)?.text(own) ?? show(own));
  });
  const [only] = properties;
  // An index that a property declares is called as the property.
  const isOfProperty = properties.length === 1 && index === `${only}_index`;
  const name = flavour.keyName(
    table.name,
    named ?? (isOfProperty ? only! : index),
  );
  return mysqlError(
    'ER_DUP_ENTRY',
    `Duplicate entry '${entry.join('-')}' for key '${name}'`,
    error,
  );
}

function foreignKey(error: InMemoryError, {schema}: Server): NativeError {
  const {constraint = '', parentTable = '', property = ''} = error.details;
  const {id, parentProperty = '', table = ''} = error.details;
  const rule = foreignKeyRule(
    {
      name: constraint,
      parent: parentTable,
      properties: property.split(', '),
      parentProperties: parentProperty.split(', '),
    },
    table,
    schema,
  );
  return id === undefined
    ? mysqlError(
        'ER_NO_REFERENCED_ROW_2',
        `Cannot add or update a child row: ${rule}`,
        error,
      )
    : mysqlError(
        'ER_ROW_IS_REFERENCED_2',
        `Cannot delete or update a parent row: ${rule}`,
        error,
      );
}

/** A foreign key of a table that fails, as messages have it. */
export function foreignKeyRule(
  {name, parent, parentProperties, properties}: KeyNames,
  table: string,
  schema: string,
): string {
  return (
    `a foreign key constraint fails (\`${schema}\`.\`${table}\`, CONSTRAINT ` +
    `\`${name}\` FOREIGN KEY (${quoted(properties)}) REFERENCES ` +
    `\`${parent}\` (${quoted(parentProperties)}))`
  );
}

type KeyNames = Pick<
  ForeignKey,
  'name' | 'parent' | 'properties' | 'parentProperties'
>;

function quoted(names: readonly string[]): string {
  return names.map(name => `\`${name}\``).join(', ');
}
