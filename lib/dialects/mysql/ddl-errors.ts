import type {DdlErrors, KeyOfTable, Needed} from '../ddl';
import {duplicate, foreignKeyRule, mysqlError, unknownColumn} from './errors';
import type {Clause, Flavour, Server} from './flavour';
import {shownType} from './type-names';

/** The errors of the server for statements that change the schema. */
export function ddlErrors(server: Server): DdlErrors {
  const {flavour, schema} = server;
  return {
    noTable: name =>
      mysqlError('ER_NO_SUCH_TABLE', `Table '${schema}.${name}' doesn't exist`),
    tableExists: name =>
      mysqlError('ER_TABLE_EXISTS_ERROR', `Table '${name}' already exists`),
    columnTwice,
    columnExists: columnTwice,
    noColumnToRead: (column, _table, where) =>
      unknownColumn(server, column, where),
    noColumnOf: (column, table, statement) =>
      statement === 'alter'
        ? mysqlError(
            'ER_BAD_FIELD_ERROR',
            `Unknown column '${column}' in '${table}'`,
          )
        : unknownColumn(server, column, clauseOf[statement]),
    noIndexColumn,
    noIndex: name =>
      mysqlError(
        'ER_CANT_DROP_FIELD_OR_KEY',
        flavour.name === 'mariadb'
          ? `Can't DROP INDEX \`${name}\`; check that it exists`
          : `Can't DROP '${name}'; check that column/key exists`,
      ),
    indexExists: name =>
      mysqlError('ER_DUP_KEYNAME', `Duplicate key name '${name}'`),
    containsNull: (column, _table, row) =>
      flavour.name === 'mariadb'
        ? mysqlError(
            'WARN_DATA_TRUNCATED',
            `Data truncated for column '${column}' at row ${row}`,
          )
        : mysqlError('ER_INVALID_USE_OF_NULL', 'Invalid use of NULL value'),
    duplicateKey: (index, error, table) =>
      duplicate(error, table, server, index),
    isNeeded: needed => neededError(needed, server),
    ...errorsOfKeys(server),
    keyColumnChanges: (...change) => keyColumnError(change, server),
    shortensUnique: column =>
      flavour.name === 'mariadb' ? noIndexColumn(column) : undefined,
    dropsAllColumns: () =>
      mysqlError(
        'ER_CANT_REMOVE_ALL_FIELDS',
        "You can't delete all columns with ALTER TABLE; use DROP TABLE instead",
      ),
    // The server names the copy of the table that it makes: `#sql-alter-...`.
    orphan: (key, child) =>
      mysqlError(
        'ER_NO_REFERENCED_ROW_2',
        'Cannot add or update a child row: ' +
          foreignKeyRule(key, child.name, schema),
      ),
  };
}

/** Those of foreign keys that are added. */
function errorsOfKeys(
  server: Server,
): Pick<
  DdlErrors,
  'noReferenceColumn' | 'foreignKeyExists' | 'noParent' | 'noReferencedKey'
> {
  const errors = keyErrors[server.flavour.name];
  return {
    noReferenceColumn: (column, added, isOwn) =>
      isOwn
        ? noIndexColumn(column)
        : errors.noParentColumn(column, added, server),
    foreignKeyExists: added => errors.exists(added, server),
    noParent: added => errors.noParent(added, server),
    noReferencedKey: added => errors.noParentKey(added, server),
  };
}

const clauseOf: Readonly<Record<'insert' | 'update', Clause>> = {
  insert: 'into',
  update: 'update',
};

/** 1060 */
function columnTwice(column: string): Error {
  return mysqlError('ER_DUP_FIELDNAME', `Duplicate column name '${column}'`);
}

/** 1072 */
function noIndexColumn(column: string): Error {
  return mysqlError(
    'ER_KEY_COLUMN_DOES_NOT_EXITS',
    `Key column '${column}' doesn't exist in table`,
  );
}

function neededError({by, kind, name}: Needed, server: Server): Error {
  const {flavour, schema} = server;
  const {key, table} = by;
  switch (kind) {
    case 'table':
      return flavour.name === 'mariadb'
        ? mysqlError(
            'ER_ROW_IS_REFERENCED_2',
            'Cannot delete or update a parent row: a foreign key constraint fails',
          )
        : mysqlError(
            'ER_FK_CANNOT_DROP_PARENT',
            `Cannot drop table '${name}' referenced by a foreign key constraint ` +
              `'${key.name}' on table '${table}'.`,
          );
    case 'index':
      return mysqlError(
        'ER_DROP_INDEX_FK',
        `Cannot drop index '${name}': needed in a foreign key constraint`,
      );
    default:
      return mysqlError(
        'ER_FK_COLUMN_CANNOT_DROP_CHILD',
        `Cannot drop column '${name}': needed in a foreign key constraint ` +
          `'${key.name}' of table '${schema}.${table}'`,
      );
  }
}

type KeyColumnChange = Parameters<NonNullable<DdlErrors['keyColumnChanges']>>;

/** The types on both sides must stay; a column that is set to null must have it. */
function keyColumnError(
  [{from, to}, {key, table}, isOwn]: KeyColumnChange,
  {flavour, schema}: Server,
): Error | undefined {
  const [before, after] = [from, to].map(
    ({type}) => shownType(type, flavour)?.text,
  );
  const cannotChange =
    `Cannot change column '${to.name}': used in a foreign key constraint ` +
    `'${key.name}'`;
  if (before !== after) {
    return isOwn
      ? mysqlError('ER_FK_COLUMN_CANNOT_CHANGE', cannotChange)
      : mysqlError(
          'ER_FK_COLUMN_CANNOT_CHANGE_CHILD',
          `${cannotChange} of table '${schema}.${table}'`,
        );
  }
  const setsNull = key.onDelete === 'setNull' || key.onUpdate === 'setNull';
  return isOwn && setsNull && !to.isNullable
    ? notNullButSet(to.name, key.name)
    : undefined;
}

/** 1830 */
function notNullButSet(column: string, key: string): Error {
  return mysqlError(
    'ER_FK_COLUMN_NOT_NULL',
    `Column '${column}' cannot be NOT NULL: needed in a foreign key constraint ` +
      `'${key}' SET NULL`,
  );
}

/** What is wrong with a foreign key. */
interface KeyErrors {
  exists(added: KeyOfTable, server: Server): Error;
  noParent(added: KeyOfTable, server: Server): Error;
  noParentColumn(column: string, added: KeyOfTable, server: Server): Error;
  noParentKey(added: KeyOfTable, server: Server): Error;
  otherTypes(
    columns: readonly [string, string],
    added: KeyOfTable,
    server: Server,
  ): Error;
  setsNull(column: string, added: KeyOfTable, server: Server): Error;
}

/** 1005: MariaDB says why in its log alone. */
function cannotCreate(
  {table}: KeyOfTable,
  {schema}: Server,
  [errno, why]: readonly [number, string] = incorrectlyFormed,
): Error {
  return mysqlError(
    'ER_CANT_CREATE_TABLE',
    `Can't create table \`${schema}\`.\`${table}\` (errno: ${errno} "${why}")`,
  );
}

const incorrectlyFormed = [
  150,
  'Foreign key constraint is incorrectly formed',
] as const;

export const keyErrors: Readonly<Record<Flavour['name'], KeyErrors>> = {
  mariadb: {
    exists: (added, server) =>
      cannotCreate(added, server, [121, 'Duplicate key on write or update']),
    noParent: (added, server) => cannotCreate(added, server),
    noParentColumn: (_, added, server) => cannotCreate(added, server),
    noParentKey: (added, server) => cannotCreate(added, server),
    otherTypes: (_, added, server) => cannotCreate(added, server),
    setsNull: (_, added, server) => cannotCreate(added, server),
  },
  mysql: {
    exists: ({key}) =>
      mysqlError(
        'ER_FK_DUP_NAME',
        `Duplicate foreign key constraint name '${key.name}'`,
      ),
    noParent: ({key}) =>
      mysqlError(
        'ER_FK_CANNOT_OPEN_PARENT',
        `Failed to open the referenced table '${key.parent}'`,
      ),
    noParentColumn: (column, {key}) =>
      mysqlError(
        'ER_FK_NO_COLUMN_PARENT',
        'Failed to add the foreign key constraint. Missing column ' +
          `'${column}' for constraint '${key.name}' in the referenced table ` +
          `'${key.parent}'`,
      ),
    noParentKey: ({key}) =>
      mysqlError(
        'ER_FK_NO_INDEX_PARENT',
        'Failed to add the foreign key constraint. Missing index for ' +
          `constraint '${key.name}' in the referenced table '${key.parent}'`,
      ),
    otherTypes: ([own, theirs], {key}) =>
      mysqlError(
        'ER_FK_INCOMPATIBLE_COLUMNS',
        `Referencing column '${own}' and referenced column '${theirs}' in ` +
          `foreign key constraint '${key.name}' are incompatible.`,
      ),
    setsNull: (column, {key}) => notNullButSet(column, key.name),
  },
};
