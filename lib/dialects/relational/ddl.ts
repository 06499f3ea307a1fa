import {unreachable} from '../../base/assert';
import type {InMemoryError} from '../../base/errors';
import type {SchemaChange, Version} from '../../database/database';
import {diff} from '../../schema/diff';
import type {
  IndexDefinition,
  NativeColumn,
  NativeTable,
} from '../../schema/schema';
import type {
  CreateTable,
  DdlRules,
  DdlStatement,
  MadeIndex,
  MadeTable,
} from '../ddl';
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
  statement: CreateTable,
  database: MigratedDatabase,
): SchemaChange[] {
  const {ddl} = database;
  const {errors, rules} = ddl;
  const {columns, indexes: declared = [], name, primaryKey, table} = statement;
  requireDifferent(columns, rules, each => errors.columnTwice(each));
  columns.forEach(column => ddl.checkColumn(column));
  ddl.checkTable?.(statement);
  if (isTaken(version, name, rules)) throw errors.tableExists(name);
  const native: NativeTable = {
    database: database.name,
    name,
    columns: Object.fromEntries(columns.map(each => [each.name, each])),
    indexes: {},
  };
  const made = declared.map(each => indexOn({native}, each, database));
  requireDifferent(
    made.map(({index}) => index),
    rules,
    each => errors.indexExists(each),
  );
  const schema = schemaOf(
    {
      name: table,
      primaryKey,
      indexes: made.map(({index}) => index),
      foreignKeys: [],
    },
    {
      ...native,
      indexes: Object.fromEntries(
        made.map(({index, method}) => [index.name, method]),
      ),
    },
    database,
  );
  const [create, ...indexes] = diff(undefined, schema);
  const keep = {kind: 'keep', schema} as const;
  return [{kind: 'schema', table, steps: [create!, keep, ...indexes]}];
}

/** Fails where two have one name. */
function requireDifferent(
  all: readonly {readonly name: string}[],
  {columnNames}: DdlRules,
  error: (name: string) => Error,
): void {
  const names = new Set<string>();
  for (const {name} of all) {
    const key = columnNames === 'exact' ? name : name.toLowerCase();
    if (names.has(key)) throw error(name);
    names.add(key);
  }
}

/** An index on columns that there are, with their names. Fails without one. */
function indexOn(
  table: Pick<MadeTable, 'native'>,
  {index, method}: MadeIndex,
  {ddl}: MigratedDatabase,
): MadeIndex {
  const columns = index.keys.map(({path}): NativeColumn => {
    const column = columnIn(table, path, ddl.rules);
    if (column === undefined) throw ddl.errors.noIndexColumn(path);
    return column;
  });
  ddl.checkIndex({index, method}, columns);
  const keys = index.keys.map((key, i) => ({...key, path: columns[i]!.name}));
  return {method, index: {...index, keys}};
}

function drop(
  version: Version,
  name: string,
  {ddl}: MigratedDatabase,
): SchemaChange[] {
  const table = tableNamed(version, name);
  if (table === undefined) return [];
  const by = dependentOn(version, table, () => true);
  if (by !== undefined) {
    throw ddl.errors.isNeeded({kind: 'table', name, table: name, by});
  }
  return [{kind: 'drop', table: table.name}];
}

/** Whether there is a table of a name, or an index where they share their names. */
function isTaken(
  version: Version,
  name: string,
  {indexNames}: DdlRules,
): boolean {
  return tablesOf(version).some(
    ({native}) =>
      native.name === name ||
      (indexNames === 'database' &&
        (Object.hasOwn(native.indexes, name) ||
          `${native.name}_pkey` === name)),
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
    const column = columnIn(table, path, ddl.rules);
    if (column === undefined) throw ddl.errors.noIndexColumn(path);
    return column;
  });
  if (isTaken(version, index.name, ddl.rules)) {
    throw ddl.errors.indexExists(index.name);
  }
  ddl.checkIndex({index, method}, columns);
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
  const by = index.isUnique
    ? dependentOn(version, table, key => isOn(key.parentProperties, keys))
    : undefined;
  if (by !== undefined) {
    throw errors.isNeeded({kind: 'index', name, table: tableName, by});
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
