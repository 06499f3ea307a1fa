import {isRecord} from '../../base/objects';
import type {NativeColumn, ReferentialAction} from '../../schema/schema';
import type {
  AlterAction,
  Catalog,
  DdlStatement,
  MadeTable,
  Query,
} from '../ddl';
import type {ModelFacts, PropertyFacts} from '../dialect';
import {indexStatements} from './indexes';
import {columnNameOf, cut, declaredNameOf, tableNameOf} from './names';
import {declaredType, nativeColumn} from './native-columns';
import {shownType} from './type-names';

/*
 * What loopback-connector-postgresql sends when it migrates, query by query: its
 * migration.js, and sql.js of loopback-connector.
 */

/** `automigrate`: a table that cannot be dropped is told of, and created. */
export function* recreate(
  model: ModelFacts,
  catalog: Catalog,
): Iterable<Query> {
  const name = tableNameOf(model);
  yield {statements: [{kind: 'drop table', name}], mayFail: true};
  yield* creation(model, catalog);
}

/** `autoupdate`. */
export function* update(model: ModelFacts, catalog: Catalog): Iterable<Query> {
  const table = catalog.tableNamed(declaredNameOf(model));
  if (table === undefined || Object.keys(table.native.columns).length === 0) {
    yield* creation(model, catalog);
  } else yield* alterations(model, table, catalog);
}

function* alterations(
  model: ModelFacts,
  table: MadeTable,
  catalog: Catalog,
): Iterable<Query> {
  const name = tableNameOf(model);
  const altering = (actions: readonly AlterAction[]): Query[] =>
    actions.length === 0
      ? []
      : [{statements: [{kind: 'alter table', name, actions}]}];
  yield* altering(additionsAndChanges(model, table));
  yield* altering(removals(model, table));
  const {kept, removed} = foreignKeysOf(model, table, catalog);
  yield* altering(removed.map(key => ({kind: 'drop foreign key', name: key})));
  yield* indexes(model, table);
  yield* additionsOfKeys(model, catalog, kept);
}

/** `isActual`: it looks at columns alone. */
export function isActual(model: ModelFacts, catalog: Catalog): boolean {
  const table = catalog.tableNamed(declaredNameOf(model));
  return (
    additionsAndChanges(model, table).length === 0 &&
    removals(model, table).length === 0
  );
}

function* creation(model: ModelFacts, catalog: Catalog): Iterable<Query> {
  const create: DdlStatement = {
    kind: 'create table',
    name: tableNameOf(model),
    table: model.table,
    columns: model.properties.map(cutColumn),
    primaryKey: model.properties.filter(({isId}) => isId).map(columnNameOf),
  };
  yield {statements: [create]};
  yield* indexes(model, undefined);
  yield* additionsOfKeys(model, catalog, []);
}

/** A column as the database takes it, which cuts long names. */
function cutColumn(property: PropertyFacts): NativeColumn {
  return {...nativeColumn(property), name: columnNameOf(property)};
}

function indexes(
  model: ModelFacts,
  table: MadeTable | undefined,
): readonly Query[] {
  const statements = indexStatements(model, table);
  return statements.length === 0 ? [] : [{statements}];
}

function columnsOf(table: MadeTable | undefined): readonly NativeColumn[] {
  return Object.values(table?.native.columns ?? {});
}

function additionsAndChanges(
  model: ModelFacts,
  table: MadeTable | undefined,
): AlterAction[] {
  const actual = columnsOf(table);
  const properties = model.properties.filter(({isId}) => !isId);
  const additions = properties
    .filter(property => {
      const looked = lookedFor(property, model);
      return !actual.some(({name}) => name === looked);
    })
    .map(
      property =>
        ({kind: 'add column', column: addedColumn(property)}) as const,
    );
  const changes = properties.flatMap(property => {
    const {name} = nativeColumn(property);
    const found = actual.find(each => each.name === name);
    return found === undefined ? [] : changesOf(property, found);
  });
  return [...additions, ...changes];
}

/**
 * Under which name the connector looks whether a column is there: it takes the
 * name of the column for that of a property once more.
 */
function lookedFor(property: PropertyFacts, {properties}: ModelFacts): string {
  const {name} = nativeColumn(property);
  const other = properties.find(each => each.name === name);
  return other === undefined ? name.toLowerCase() : nativeColumn(other).name;
}

/** A column that is added has no sequence. */
function addedColumn(property: PropertyFacts): NativeColumn {
  return cutColumn({...property, isGenerated: false});
}

function changesOf(
  property: PropertyFacts,
  found: NativeColumn,
): AlterAction[] {
  const column = columnNameOf(property);
  const {isNullable} = property;
  const type = declaredType(property);
  return [
    ...(shownType(found.type).toUpperCase() === type
      ? []
      : [{kind: 'change type', column, type} as const]),
    ...(found.isNullable === isNullable
      ? []
      : [{kind: 'set nullable', column, isNullable} as const]),
  ];
}

function removals(
  {properties}: ModelFacts,
  table: MadeTable | undefined,
): AlterAction[] {
  const id = properties.find(({isId}) => isId);
  const known = new Set(properties.map(each => nativeColumn(each).name));
  return columnsOf(table)
    .filter(({name}) => id === undefined || nativeColumn(id).name !== name)
    .filter(({name}) => !known.has(name))
    .map(({name}) => ({kind: 'drop column', column: name}));
}

/** A foreign key as `settings.foreignKeys` declares it. */
interface DeclaredKey {
  readonly name?: unknown;
  readonly entity?: unknown;
  readonly entityKey?: unknown;
  readonly foreignKey?: unknown;
  readonly onDelete?: unknown;
  readonly onUpdate?: unknown;
}

/** The foreign keys that there are, as `getDropForeignKeys` sorts them. */
function foreignKeysOf(
  model: ModelFacts,
  table: MadeTable,
  catalog: Catalog,
): {kept: string[]; removed: string[]} {
  const kept: string[] = [];
  const removed: string[] = [];
  for (const key of table.foreignKeys) {
    const declared = model.foreignKeys[key.name] as DeclaredKey | undefined;
    const [column = ''] = key.properties;
    const isWanted = declared
      ? isSameKey(declared, key, catalog)
      : !hasProperty(model, column);
    (isWanted ? kept : removed).push(key.name);
  }
  return {kept, removed};
}

function hasProperty({properties}: ModelFacts, column: string): boolean {
  return properties.some(
    ({name}) => name.toLowerCase() === column.toLowerCase(),
  );
}

function isSameKey(
  declared: DeclaredKey,
  key: MadeTable['foreignKeys'][number],
  catalog: Catalog,
): boolean {
  const same = (a: unknown, b: string) =>
    String(a).toLowerCase() === b.toLowerCase();
  const parent = catalog.modelNamed(entityOf(declared));
  return (
    same(declared.foreignKey, key.properties[0]!) &&
    same(declared.entityKey, key.parentProperties[0]!) &&
    parent?.table === key.parent &&
    actionOf(declared.onDelete) === key.onDelete &&
    actionOf(declared.onUpdate) === key.onUpdate
  );
}

function entityOf({entity}: DeclaredKey): string {
  return String(isRecord(entity) ? entity['name'] : (entity ?? ''));
}

function additionsOfKeys(
  model: ModelFacts,
  catalog: Catalog,
  there: readonly string[],
): readonly Query[] {
  const actions: AlterAction[] = [];
  for (const [key, declared] of Object.entries(model.foreignKeys)) {
    if (!declared || there.includes(key)) continue;
    const own = declared as DeclaredKey;
    const parent = catalog.modelNamed(entityOf(own));
    if (parent === undefined) continue;
    actions.push({
      kind: 'add foreign key',
      key: {
        name: cut(String(own.name)),
        properties: [cut(String(own.foreignKey))],
        parent: tableNameOf(parent),
        // It stands in the statement without quotes.
        parentProperties: [cut(String(own.entityKey).toLowerCase())],
        onDelete: actionOf(own.onDelete),
        onUpdate: actionOf(own.onUpdate),
      },
    });
  }
  const name = tableNameOf(model);
  return actions.length === 0
    ? []
    : [{statements: [{kind: 'alter table', name, actions}]}];
}

function actionOf(given: unknown): ReferentialAction {
  switch (String(given).toUpperCase()) {
    case 'CASCADE':
      return 'cascade';
    case 'SET NULL':
      return 'setNull';
    case 'RESTRICT':
      return 'restrict';
    default:
      return 'noAction';
  }
}
