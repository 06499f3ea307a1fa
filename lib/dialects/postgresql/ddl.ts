import type {ForeignKey, NativeColumn} from '../../schema/schema';
import type {Ddl, DdlErrors, DdlRules, KeyOfTable, Needed} from '../ddl';
import {castOf, areComparable} from './casts';
import {defaultOf, postgresqlColumnOf} from './columns';
import {checkDefault} from './defaults';
import {keyText, pgError} from './errors';
import {checkIndex} from './index-methods';
import {isActual, recreate, update} from './migration';
import {cut} from './names';
import {nativeColumn} from './native-columns';
import {checkType} from './type-names';
import {typeNamed} from './types';

const errors: DdlErrors = {
  noTable,
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
  isNeeded(needed) {
    const {by, kind} = needed;
    const what = nameOf(needed);
    return pgError(
      '2BP01',
      `cannot drop ${what} because other objects depend on it`,
      {
        detail:
          `constraint ${by.key.name} on table ${by.table} depends on ` +
          (kind === 'column' ? what : `${kind} ${needed.name}`),
        hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
      },
    );
  },
  foreignKeyExists: ({key, table}) =>
    pgError(
      '42710',
      `constraint "${key.name}" for relation "${table}" already exists`,
    ),
  noParent: ({key}) => noTable(key.parent),
  noReferenceColumn: column =>
    pgError(
      '42703',
      `column "${column}" referenced in foreign key constraint does not exist`,
    ),
  noReferencedKey: ({key}) =>
    pgError(
      '42830',
      'there is no unique constraint matching given keys for referenced ' +
        `table "${key.parent}"`,
    ),
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

/** What is to go, as messages name it. */
function nameOf({kind, name, table}: Needed): string {
  return kind === 'column'
    ? `column ${name} of table ${table}`
    : `${kind} ${name}`;
}

function noTable(name: string): Error {
  return pgError('42P01', `relation "public.${name}" does not exist`);
}

function checkForeignKey(
  {key}: KeyOfTable,
  columns: readonly (readonly [NativeColumn, NativeColumn])[],
): void {
  const other = columns.find(([own, theirs]) => !areComparable(own, theirs));
  if (other === undefined) return;
  const [column, parent] = other;
  throw pgError(
    '42804',
    `foreign key constraint "${key.name}" cannot be implemented`,
    {
      detail:
        `Key columns "${column.name}" and "${parent.name}" are of ` +
        `incompatible types: ${typeNamed(column.type).name} and ` +
        `${typeNamed(parent.type).name}.`,
    },
  );
}

const rules: DdlRules = {
  order: [
    'drop column',
    'drop foreign key',
    'change type',
    'add column',
    'set nullable',
    'add foreign key',
  ],
  indexNames: 'database',
  keyNames: 'table',
  columnNames: 'exact',
  indexOfDropped: 'dropped',
  addedNeedsValue: true,
  generation: 'sequence',
};

/** PostgreSQL's schema, as loopback-connector-postgresql migrates it. */
export const postgresqlDdl: Ddl = {
  rules,
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
  checkIndex: ({index, method}, columns) =>
    checkIndex(method, columns, index.isUnique),
  checkForeignKey,
  cast: castOf,
  addedValue(column) {
    const byDefault = defaultOf(column, typeNamed(column.type));
    return () => byDefault?.() ?? null;
  },
  errors,
};
