import {unreachable} from '../../base/assert';
import type {InMemoryError} from '../../base/errors';
import type {SchemaChange, Version} from '../../database/database';
import type {IndexDefinition, NativeTable} from '../../schema/schema';
import type {CreateTable, DdlStatement, MadeTable} from '../ddl';
import type {MigratedDatabase} from '../dialect';
import type {MeetHazard} from '../hazards';
import {alteration} from './alter-table';
import {
  columnIn,
  dependentOn,
  schemaOf,
  shownTable,
  tableNamed,
  tablesOf,
} from './made-tables';

/**
 * What a statement does to the newest version, as changes: none where it does
 * nothing. Fails as the database does.
 */
export function changesOf(
  version: Version,
  statement: DdlStatement,
  database: MigratedDatabase,
  meet: MeetHazard,
): SchemaChange[] {
  switch (statement.kind) {
    case 'refused':
      throw statement.error;
    case 'own':
      return statement.changes(version, meet);
    case 'create table':
      return creation(version, statement, database);
    case 'drop table':
      return drop(version, statement.name, database);
    case 'alter table':
      return alteration(version, statement, database);
    case 'create index':
      return indexCreation(version, statement, database);
    case 'drop index':
      return indexDrop(version, statement, database);
    default:
      return unreachable(statement);
  }
}

/** The tables of this connector that a statement is about. */
export function tablesIn(
  version: Version,
  statement: DdlStatement,
): readonly string[] {
  if (statement.kind === 'refused') return [];
  if (statement.kind === 'own') return statement.tables(version);
  const {kind} = statement;
  const isOfTable = kind === 'create index' || kind === 'drop index';
  const names = [isOfTable ? statement.table : statement.name];
  if (kind === 'alter table') {
    for (const action of statement.actions) {
      if (action.kind === 'add foreign key') names.push(action.key.parent);
    }
  }
  return names.flatMap(name => tableNamed(version, name)?.name ?? []);
}

/** The error of the database where a change has failed with one of ours. */
export function failureOf(
  version: Version,
  statement: DdlStatement,
  error: InMemoryError,
  database: MigratedDatabase,
): Error {
  if (statement.kind === 'refused' || statement.kind === 'own') return error;
  const isIndex = statement.kind === 'create index';
  if (error.code !== 'DUPLICATE_KEY') return error;
  const name = isIndex ? statement.table : statement.name;
  const table = tableNamed(version, name);
  const index = isIndex ? statement.index.name : (error.details.index ?? '');
  return table === undefined
    ? error
    : database.ddl.errors.duplicateKey(
        index,
        error,
        shownTable(table, database),
      );
}

function creation(
  version: Version,
  {columns, name, primaryKey, table}: CreateTable,
  database: MigratedDatabase,
): SchemaChange[] {
  const {ddl} = database;
  const {errors} = ddl;
  const names = new Set<string>();
  for (const column of columns) {
    if (names.has(column.name)) throw errors.columnTwice(column.name);
    names.add(column.name);
    ddl.checkColumn(column);
  }
  if (isTaken(version, name)) throw errors.tableExists(name);
  const native: NativeTable = {
    database: database.name,
    name,
    columns: Object.fromEntries(columns.map(each => [each.name, each])),
    indexes: {},
  };
  const schema = schemaOf(
    {name: table, primaryKey, indexes: [], foreignKeys: []},
    native,
    database,
  );
  const steps = [
    {kind: 'createTable', schema},
    {kind: 'keep', schema},
  ] as const;
  return [{kind: 'schema', table, steps}];
}

function drop(
  version: Version,
  name: string,
  {ddl}: MigratedDatabase,
): SchemaChange[] {
  const table = tableNamed(version, name);
  if (table === undefined) return [];
  const dependent = dependentOn(version, table, () => true);
  if (dependent !== undefined) {
    throw ddl.errors.isNeeded(`table ${name}`, dependent, `table ${name}`);
  }
  return [{kind: 'drop', table: table.name}];
}

/** Tables and indexes share their names. */
function isTaken(version: Version, name: string): boolean {
  return tablesOf(version).some(
    ({native}) =>
      native.name === name ||
      Object.hasOwn(native.indexes, name) ||
      `${native.name}_pkey` === name,
  );
}

function indexCreation(
  version: Version,
  {index, method, table: name}: Extract<DdlStatement, {kind: 'create index'}>,
  database: MigratedDatabase,
): SchemaChange[] {
  const {ddl} = database;
  const table = tableNamed(version, name);
  if (table === undefined) throw ddl.errors.noTable(name);
  const columns = index.keys.map(({path}) => {
    const column = columnIn(table, path);
    if (column === undefined) throw ddl.errors.noIndexColumn(path);
    return column;
  });
  if (isTaken(version, index.name)) throw ddl.errors.indexExists(index.name);
  ddl.checkIndex(method, columns, index.isUnique);
  const {native} = table;
  const indexes = {...native.indexes, [index.name]: method};
  const next = schemaOf(
    {...table, indexes: [...table.indexes, index]},
    {...native, indexes},
    database,
  );
  return [redefined(table, next, [{kind: 'addIndex', index}])];
}

function indexDrop(
  version: Version,
  {name, table: tableName}: Extract<DdlStatement, {kind: 'drop index'}>,
  database: MigratedDatabase,
): SchemaChange[] {
  const {errors} = database.ddl;
  const table = tableNamed(version, tableName);
  const index = table?.indexes.find(each => each.name === name);
  if (table === undefined || index === undefined) throw errors.noIndex(name);
  const keys = index.keys.map(({path}) => path);
  const dependent = index.isUnique
    ? dependentOn(version, table, key => isOn(key.parentProperties, keys))
    : undefined;
  if (dependent !== undefined) {
    throw errors.isNeeded(`index ${name}`, dependent, `index ${name}`);
  }
  const {native} = table;
  const {[name]: _, ...indexes} = native.indexes;
  const next = schemaOf(table, {...native, indexes}, database);
  return [redefined(table, next, [])];
}

function isOn(properties: readonly string[], keys: readonly string[]): boolean {
  return String(properties.toSorted()) === String(keys.toSorted());
}

type Steps = Extract<SchemaChange, {kind: 'schema'}>['steps'];

/** The change of a schema whose rows stay; `added` are steps after its own. */
function redefined(
  table: MadeTable,
  next: MadeTable,
  added: Steps,
): SchemaChange {
  const isIn = (list: readonly IndexDefinition[], name: string) =>
    list.some(each => each.name === name);
  const drops = table.indexes
    .filter(({name}) => !isIn(next.indexes, name))
    .map(({name}) => ({kind: 'dropIndex', name}) as const);
  const others = next.indexes
    .filter(({name}) => !isIn(table.indexes, name))
    .filter(
      ({name}) =>
        !added.some(step => 'index' in step && step.index.name === name),
    )
    .map(index => ({kind: 'addIndex', index}) as const);
  const declared = [
    {kind: 'declare', schema: next},
    {kind: 'keep', schema: next},
  ] as const;
  const steps = [...drops, ...declared, ...others, ...added];
  return {kind: 'schema', table: table.name, steps};
}
