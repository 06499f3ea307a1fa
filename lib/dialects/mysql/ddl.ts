import type {NativeColumn} from '../../schema/schema';
import type {Ddl, DdlRules, KeyOfTable, TablePart} from '../ddl';
import {castOf, emptyValue} from './casts';
import {checkColumn, checkIndex, checkPrimaryKey, checkTable} from './checks';
import {mysqlColumnOf} from './columns';
import {ddlErrors, keyErrors} from './ddl-errors';
import type {Server} from './flavour';
import {isActual, recreate, update} from './migration';
import {defaultValue, nativeColumn} from './native-columns';
import {shownType} from './type-names';
import {typeNamed} from './types';

const rules: DdlRules = {
  order: [
    'drop foreign key',
    'drop index',
    'drop column',
    'change column',
    'add column',
    'add index',
    'add foreign key',
  ],
  indexNames: 'table',
  keyNames: 'database',
  columnNames: 'anyCase',
  indexOfDropped: 'shortened',
  keyIndex: 'of a foreign key',
  addedNeedsValue: false,
  generation: 'number',
};

/** The schema of MariaDB or MySQL, as loopback-connector-mysql migrates it. */
export function mysqlDdl(server: Server): Ddl {
  return {
    rules,
    nameIn: name => name,
    nativeColumn,
    columnOf: (property, native, table) =>
      mysqlColumnOf(property, native, {
        server,
        table: table.native.name,
        hasFullText: hasFullText(native, table),
      }),
    recreate: model => recreate(model, server),
    update: (model, catalog) => update(model, catalog, server),
    isActual: (model, catalog) => isActual(model, catalog, server),
    unknownModel: (name, call) =>
      call === 'isActual'
        ? new TypeError(
            "Cannot read properties of undefined (reading 'settings')",
          )
        : new Error(`Model not found: ${name}`),
    checkTable(table) {
      checkTable(table, server);
      const {columns, primaryKey} = table;
      const isId = ({name}: NativeColumn) => primaryKey.includes(name);
      checkPrimaryKey(columns.filter(isId), server);
    },
    checkColumn: column => checkColumn(column, server),
    checkIndex: (index, columns) => checkIndex(index, columns, server),
    checkForeignKey: (added, columns) =>
      checkForeignKey(added, columns, server),
    cast: (from, to, table) => castOf(from, to, {server, table}),
    addedValue(column, {native: {name: table}}) {
      const {default: sql, isNullable, name, type} = column;
      if (sql !== undefined) {
        const place = {server, table, column: name, clause: 'insert'} as const;
        return () => typeNamed(type).write(defaultValue(sql), place);
      }
      return isNullable ? () => null : emptyValue(column, {server, table});
    },
    valueForNull: ({type}) =>
      /^timestamp/i.test(type) ? momentOf(type, server) : undefined,
    errors: ddlErrors(server),
  };
}

/** A timestamp that cannot be null has the moment in its place. */
function momentOf(type: string, server: Server): unknown {
  const place = {server, table: '', column: '', clause: 'update'} as const;
  return server.flavour.hasEmptyDates
    ? typeNamed(type).write(new Date(), place)
    : undefined;
}

function hasFullText(
  {name}: NativeColumn,
  {indexes, native}: TablePart,
): boolean {
  return indexes.some(
    index =>
      native.indexes[index.name] === 'fulltext' &&
      index.keys.length === 1 &&
      index.keys[0]!.path === name,
  );
}

/** Texts of any length refer to each other; numbers must be of one type. */
function checkForeignKey(
  added: KeyOfTable,
  columns: readonly (readonly [NativeColumn, NativeColumn])[],
  server: Server,
): void {
  const {flavour} = server;
  const errors = keyErrors[flavour.name];
  const {onDelete, onUpdate} = added.key;
  for (const [own, theirs] of columns) {
    const [a, b] = [own, theirs].map(({type}) => {
      const {name, text} = shownType(type, flavour)!;
      return /char$|binary$/.test(name) ? name.replace(/^var/, '') : text;
    });
    if (a !== b || /text$|blob$|^point$|^json$/.test(a!)) {
      throw errors.otherTypes([own.name, theirs.name], added, server);
    }
    const setsNull = onDelete === 'setNull' || onUpdate === 'setNull';
    if (setsNull && !own.isNullable) {
      throw errors.setsNull(own.name, added, server);
    }
  }
}
