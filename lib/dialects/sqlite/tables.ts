import type {SchemaChange, Version} from '../../database/database';
import {noRules} from '../../schema/rules';
import type {
  IndexDefinition,
  NativeTable,
  TableSchema,
} from '../../schema/schema';
import type {Row} from '../../value/copy';
import type {MadeTable} from '../ddl';
import type {ModelFacts} from '../dialect';
import {NativeError} from '../native-error';
import {tablesOf} from '../relational/made-tables';
import {madeTypeOf} from './columns';
import {type DeclaredIndex, declaredIndexes} from './declared-indexes';
import {sqliteError, syntaxError} from './errors';
import {folded, rowIdNameBeside, tableNameOf} from './names';
import {nativeColumn, refusalOfDefault, rowIdType} from './native-columns';

/** The names that are taken, as SQLite compares names. */
export interface TakenNames {
  readonly tables: Set<string>;
  readonly indexes: Set<string>;
}

export function takenNames(version: Version): TakenNames {
  const all = tablesOf(version);
  const indexes = all.flatMap(({native}) => Object.keys(native.indexes));
  return {
    tables: new Set(all.map(({native}) => folded(native.name))),
    indexes: new Set(indexes.map(folded)),
  };
}

/** The table that a name means. */
export function tableCalled(
  version: Version,
  name: string,
): MadeTable | undefined {
  const wanted = folded(name);
  return tablesOf(version).find(({native}) => folded(native.name) === wanted);
}

/** The table of a model as `CREATE TABLE` makes it. Fails as that does. */
export function newTable(model: ModelFacts, taken: TakenNames): MadeTable {
  const {properties} = model;
  const defaults = properties.map(refusalOfDefault);
  // The connector refuses them itself, before it sends anything.
  const refusal = defaults.find(
    error => error !== undefined && !(error instanceof NativeError),
  );
  if (refusal !== undefined) throw refusal;
  const name = tableNameOf(model);
  requireFree(name, taken);
  taken.tables.add(folded(name));
  if (properties.length === 0) throw syntaxError(')');
  const primaryKey: string[] = [];
  const columns = new Map<string, NativeTable['columns'][string]>();
  for (const [i, property] of properties.entries()) {
    if (defaults[i] !== undefined) throw defaults[i];
    const column = nativeColumn(property);
    const {name: own} = column;
    if (columns.has(folded(own))) {
      throw sqliteError('SQLITE_ERROR', `duplicate column name: ${own}`);
    }
    columns.set(folded(own), column);
    if (property.isId && primaryKey.push(own) > 1) {
      throw sqliteError(
        'SQLITE_ERROR',
        `table "${name}" has more than one primary key`,
      );
    }
  }
  const native: NativeTable = {
    database: 'sqlite',
    name,
    columns: Object.fromEntries(
      [...columns.values()].map(each => [each.name, each]),
    ),
    indexes: {},
  };
  return madeTable({name: model.table, primaryKey}, native, []);
}

/** The table of a model with its indexes. */
export function indexedTable(model: ModelFacts, taken: TakenNames): MadeTable {
  const table = newTable(model, taken);
  return declaredIndexes(model).reduce(
    (next, index) => withIndex(next, index, taken),
    table,
  );
}

function requireFree(name: string, {indexes, tables}: TakenNames): void {
  requireAllowed(name);
  if (tables.has(folded(name))) {
    throw sqliteError('SQLITE_ERROR', `table "${name}" already exists`);
  }
  if (indexes.has(folded(name))) {
    throw sqliteError(
      'SQLITE_ERROR',
      `there is already an index named ${name}`,
    );
  }
}

function requireAllowed(name: string): void {
  if (!folded(name).startsWith('sqlite_')) return;
  throw sqliteError(
    'SQLITE_ERROR',
    `object name reserved for internal use: ${name}`,
  );
}

/**
 * A table with one index more, as `CREATE INDEX IF NOT EXISTS` makes it: without
 * it where the name is taken. What is no column is a text to SQLite, the same in
 * each row.
 */
export function withIndex(
  table: MadeTable,
  {columns, name}: DeclaredIndex,
  taken: TakenNames,
): MadeTable {
  requireAllowed(name);
  if (taken.tables.has(folded(name))) {
    throw sqliteError('SQLITE_ERROR', `there is already a table named ${name}`);
  }
  if (taken.indexes.has(folded(name))) return table;
  taken.indexes.add(folded(name));
  const {native} = table;
  const wanted = new Set(columns.map(folded));
  const paths = Object.keys(native.columns).filter(each =>
    wanted.has(folded(each)),
  );
  const index: IndexDefinition = {
    name,
    kind: 'ordered',
    keys: inOrderOf(columns, paths).map(path => ({path, direction: 1})),
    isUnique: false,
  };
  const indexes = {...native.indexes, [name]: 'btree'};
  const own = index.keys.length === 0 ? [] : [index];
  return madeTable(table, {...native, indexes}, [...table.indexes, ...own]);
}

function inOrderOf(
  columns: readonly string[],
  paths: readonly string[],
): string[] {
  const found = columns.flatMap(
    column => paths.find(path => folded(path) === folded(column)) ?? [],
  );
  return [...new Set(found)];
}

function madeTable(
  {name, primaryKey}: Pick<MadeTable, 'name' | 'primaryKey'>,
  native: NativeTable,
  indexes: readonly IndexDefinition[],
): MadeTable {
  const types = Object.entries(native.columns).map(
    ([key, column]) => [key, madeTypeOf(column)] as const,
  );
  const schema: MadeTable = {
    ...noRules,
    name,
    primaryKey,
    idGeneration: primaryKey.length === 0 ? 'number' : 'none',
    columns: Object.fromEntries(types),
    // The hidden one is added anew.
    indexes: indexes.filter(each => Object.hasOwn(native.indexes, each.name)),
    foreignKeys: [],
    native,
  };
  return withRowIdOf(schema, hiddenRowIdOf(native, primaryKey));
}

/**
 * The name of the column that has the number of a row, which nobody sees; undefined
 * where the id is that number, or rows have none.
 */
export function hiddenRowIdOf(
  {columns}: NativeTable,
  [id]: readonly string[],
): string | undefined {
  return id === undefined || columns[id]?.type === rowIdType
    ? undefined
    : rowIdNameBeside(Object.keys(columns));
}

/** A schema with the hidden column of that name. */
export function withRowIdOf<T extends TableSchema>(
  schema: T,
  hidden: string | undefined,
): T {
  if (hidden === undefined) return schema;
  const index: IndexDefinition = {
    name: hidden,
    kind: 'ordered',
    keys: [{path: hidden, direction: 1}],
    isUnique: false,
  };
  return {
    ...schema,
    columns: {...schema.columns, [hidden]: 'number'},
    indexes: [...schema.indexes, index],
  };
}

/** The changes that make a table with its indexes, and these rows. */
export function creationOf(
  version: Version,
  schema: MadeTable,
  rows: readonly Row[] = [],
): SchemaChange[] {
  const {indexes, name: table} = schema;
  const changes = rows.map(row => ({kind: 'insert', row}) as const);
  const added = indexes.map(index => ({kind: 'addIndex', index}) as const);
  const truncation = {kind: 'truncate', table, restartsIds: true} as const;
  const steps = [
    {kind: 'createTable', schema},
    {kind: 'keep', schema},
  ] as const;
  return [
    ...(version.tables.get(table) === undefined ? [] : [truncation]),
    {kind: 'schema', table, steps},
    {kind: 'rows', table, changes},
    {kind: 'schema', table, steps: added},
  ];
}
