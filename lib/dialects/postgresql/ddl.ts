import type {ForeignKey} from '../../schema/schema';
import type {Ddl, DdlErrors} from '../ddl';
import {castOf, areComparable} from './casts';
import {postgresqlColumnOf} from './columns';
import {checkDefault} from './defaults';
import {keyText, pgError} from './errors';
import {checkIndex} from './index-methods';
import {isActual, recreate, update} from './migration';
import {cut} from './names';
import {nativeColumn} from './native-columns';
import {checkType} from './type-names';
import {typeNamed} from './types';

const errors: DdlErrors = {
  noTable: name => pgError('42P01', `relation "public.${name}" does not exist`),
  tableExists: name => pgError('42P07', `relation "${name}" already exists`),
  columnTwice: column =>
    pgError('42701', `column "${column}" specified more than once`),
  columnExists: (column, table) =>
    pgError(
      '42701',
      `column "${column}" of relation "${table}" already exists`,
    ),
  noColumnToRead: column =>
    pgError('42703', `column "${column}" does not exist`),
  noColumnOf: (column, table) =>
    pgError(
      '42703',
      `column "${column}" of relation "${table}" does not exist`,
    ),
  noIndexColumn: column =>
    pgError('42703', `column "${column}" does not exist`),
  noIndex: name => pgError('42704', `index "${name}" does not exist`),
  indexExists: name => pgError('42P07', `relation "${name}" already exists`),
  containsNull: (column, table) =>
    pgError(
      '23502',
      `column "${column}" of relation "${table}" contains null values`,
      {schema: 'public', table, column},
    ),
  duplicateKey(index, error, table) {
    const {property = '', value} = error.details;
    const key = keyText(property.split(', '), value, table);
    return pgError(
      '23505',
      `could not create unique index "${index}"`,
      {
        detail: `Key ${key} is duplicated.`,
        schema: 'public',
        table: table.name,
        constraint: index,
      },
      error,
    );
  },
  isNeeded: (what, dependent, on) =>
    pgError('2BP01', `cannot drop ${what} because other objects depend on it`, {
      detail: `${dependent} depends on ${on}`,
      hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
    }),
  foreignKeyExists: (name, table) =>
    pgError(
      '42710',
      `constraint "${name}" for relation "${table}" already exists`,
    ),
  noReferenceColumn: column =>
    pgError(
      '42703',
      `column "${column}" referenced in foreign key constraint does not exist`,
    ),
  noReferencedKey: parent =>
    pgError(
      '42830',
      'there is no unique constraint matching given keys for referenced ' +
        `table "${parent}"`,
    ),
  otherReferenceTypes: (name, [column, parent]) =>
    pgError('42804', `foreign key constraint "${name}" cannot be implemented`, {
      detail:
        `Key columns "${column.name}" and "${parent.name}" are of ` +
        `incompatible types: ${typeNamed(column.type).name} and ` +
        `${typeNamed(parent.type).name}.`,
    }),
  orphan(key: ForeignKey, child, row) {
    const {name, parent, properties} = key;
    const values = properties.map(each => row[each]);
    const value = values.length === 1 ? values[0] : values;
    return pgError(
      '23503',
      `insert or update on table "${child.name}" violates foreign key ` +
        `constraint "${name}"`,
      {
        detail: `Key ${keyText(properties, value, child)} is not present in table "${parent}".`,
        schema: 'public',
        table: child.name,
        constraint: name,
      },
    );
  },
};

/** PostgreSQL's schema, as loopback-connector-postgresql migrates it. */
export const postgresqlDdl: Ddl = {
  nameIn: cut,
  nativeColumn,
  columnOf: postgresqlColumnOf,
  recreate,
  update,
  isActual,
  unknownModel: (name, call) =>
    call === 'isActual'
      ? new TypeError(
          "Cannot read properties of undefined (reading 'settings')",
        )
      : new Error(`Model not found: ${name}`),
  checkColumn(column) {
    checkType(column);
    checkDefault(column);
  },
  checkIndex,
  cast: castOf,
  areComparable,
  errors,
};
