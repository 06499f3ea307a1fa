import {isRecord} from '../../base/objects';
import type {
  ForeignKey,
  NativeColumn,
  ReferentialAction,
} from '../../schema/schema';
import type {
  AlterAction,
  Catalog,
  DdlStatement,
  MadeTable,
  Query,
} from '../ddl';
import type {ModelFacts, PropertyFacts} from '../dialect';
import {parseError} from './errors';
import type {Server} from './flavour';
import {createdIndexes, indexActions, type Sent} from './indexes';
import {builtType, nativeColumn, wordOf} from './native-columns';
import {shownType} from './type-names';

/*
 * What loopback-connector-mysql sends when it migrates, query by query: its
 * migration.js, and sql.js of loopback-connector.
 */

/**
 * `automigrate`: a table that cannot be dropped is told of, and created. It has no
 * foreign keys, which `autoupdate` alone adds.
 */
export function* recreate(model: ModelFacts, server: Server): Iterable<Query> {
  const name = tableNameOf(model);
  yield {statements: [{kind: 'drop table', name}], mayFail: true};
  yield creation(model, server);
}

/** `autoupdate`. */
export function* update(
  model: ModelFacts,
  catalog: Catalog,
  server: Server,
): Iterable<Query> {
  const table = catalog.tableNamed(tableNameOf(model));
  if (table === undefined) {
    yield creation(model, server);
    yield* additionsOfKeys(model, {catalog, server}, []);
    return;
  }
  const {actions, kept} = alterations(model, table, {catalog, server});
  yield* altering(model, actions);
  yield* additionsOfKeys(model, {catalog, server}, kept);
}

/** `isActual`: whether `autoupdate` would change the table, foreign keys aside. */
export function isActual(
  model: ModelFacts,
  catalog: Catalog,
  server: Server,
): boolean {
  const table = catalog.tableNamed(tableNameOf(model));
  return alterations(model, table, {catalog, server}).actions.length === 0;
}

/** What is asked while statements are made. */
interface Asked {
  readonly catalog: Catalog;
  readonly server: Server;
}

/** The name of the table of a model. */
export function tableNameOf({name, tableName}: ModelFacts): string {
  return tableName ?? name;
}

function altering(model: ModelFacts, sent: readonly Sent[]): Query[] {
  if (sent.length === 0) return [];
  const refused = sent.find(each => 'refused' in each);
  if (refused !== undefined && 'refused' in refused) {
    return [{statements: [{kind: 'refused', error: refused.refused}]}];
  }
  const actions = sent.filter((each): each is AlterAction => 'kind' in each);
  const name = tableNameOf(model);
  return [{statements: [{kind: 'alter table', name, actions}]}];
}

function creation(model: ModelFacts, server: Server): Query {
  const indexes = createdIndexes(model, server);
  if (indexes instanceof Error) {
    return {statements: [{kind: 'refused', error: indexes}]};
  }
  const ids = idsOf(model);
  const [only] = ids.length === 1 ? ids : [];
  const rest = model.properties.filter(property => property !== only);
  const create: DdlStatement = {
    kind: 'create table',
    name: tableNameOf(model),
    table: model.table,
    columns: [
      ...(only === undefined ? [] : [nativeColumn(only)]),
      // A number of several ids is given by hand.
      ...rest.map(property => nativeColumn({...property, isGenerated: false})),
    ],
    primaryKey: ids.map(columnNameOf),
    indexes,
  };
  return {statements: [create]};
}

/** The ids, by the numbers that they have as such. */
function idsOf({properties}: ModelFacts): PropertyFacts[] {
  const placeOf = ({declared}: PropertyFacts) => Number(declared['id']);
  return properties
    .filter(({isId}) => isId)
    .toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** The name of the column of a property as CREATE TABLE has it. */
export function columnNameOf({columnName, name}: PropertyFacts): string {
  return columnName ?? name;
}

/** The name that `autoupdate` expects: it reads `mysql: {columnName}` alone. */
export function expectedNameOf({name, own}: PropertyFacts): string {
  return wordOf(own['columnName']) ?? name;
}

function alterations(
  model: ModelFacts,
  table: MadeTable | undefined,
  asked: Asked,
): {readonly actions: readonly Sent[]; readonly kept: readonly string[]} {
  const columns = [
    ...additionsAndChanges(model, table, asked.server),
    ...removals(model, table),
  ];
  const indexes = indexActions(model, table, {
    server: asked.server,
    before: columns.length,
  });
  const {kept, removed} = foreignKeysOf(model, table, asked.catalog);
  const drops = removed.map(
    name => ({kind: 'drop foreign key', name}) as const,
  );
  return {actions: [...columns, ...indexes, ...drops], kept};
}

function columnsOf(table: MadeTable | undefined): readonly NativeColumn[] {
  return Object.values(table?.native.columns ?? {});
}

function additionsAndChanges(
  {properties}: ModelFacts,
  table: MadeTable | undefined,
  server: Server,
): AlterAction[] {
  const actual = columnsOf(table);
  return properties
    .filter(({isId}) => !isId)
    .flatMap((property): AlterAction[] => {
      const name = expectedNameOf(property);
      const found = actual.find(each => each.name === name);
      // Without AUTO_INCREMENT.
      const column = {...nativeColumn({...property, isGenerated: false}), name};
      if (found === undefined) return [{kind: 'add column', column}];
      return isChanged(property, found, server)
        ? [{kind: 'change column', column}]
        : [];
    });
}

function isChanged(
  property: PropertyFacts,
  found: NativeColumn,
  {flavour}: Server,
): boolean {
  const shown = shownType(found.type, flavour)?.text ?? found.type;
  return (
    found.isNullable !== property.isNullable ||
    shown.toUpperCase() !== builtType(property).toUpperCase()
  );
}

/** It looks for ids by the names of columns, or by those of properties. */
function removals(
  {properties}: ModelFacts,
  table: MadeTable | undefined,
): AlterAction[] {
  return columnsOf(table)
    .filter(({name}) => {
      const owner = properties.find(each => expectedNameOf(each) === name);
      const id = owner ?? properties.find(each => each.name === name);
      return owner === undefined && !id?.isId;
    })
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

/** The foreign keys that there are, as `dropForeignKeys` sorts them. */
function foreignKeysOf(
  model: ModelFacts,
  table: MadeTable | undefined,
  catalog: Catalog,
): {readonly kept: readonly string[]; readonly removed: readonly string[]} {
  const kept: string[] = [];
  const removed: string[] = [];
  for (const key of table?.foreignKeys ?? []) {
    const declared = model.foreignKeys[key.name] as DeclaredKey | undefined;
    const isWanted = declared && isSameKey(declared, key, {model, catalog});
    (isWanted ? kept : removed).push(key.name);
  }
  return {kept, removed};
}

const actionWords: Readonly<Record<ReferentialAction, string>> = {
  cascade: 'cascade',
  setNull: 'set null',
  restrict: 'restrict',
  noAction: 'no action',
};

/** Whether it is declared as it is: with its actions in small letters. */
function isSameKey(
  {entity, entityKey, foreignKey, onDelete, onUpdate}: DeclaredKey,
  key: ForeignKey,
  {catalog, model}: {readonly catalog: Catalog; readonly model: ModelFacts},
): boolean {
  const own = propertyNamed(model, foreignKey);
  // It takes the name of the model for it, and a model has none such.
  const parent = isRecord(entity)
    ? undefined
    : catalog.modelNamed(String(entity));
  const parentName = expectedNameOf(propertyNamed(parent, entityKey));
  return (
    expectedNameOf(own) === key.properties[0] &&
    parentName === key.parentProperties[0] &&
    parent!.table === key.parent &&
    (onDelete || 'restrict') === actionWords[key.onDelete] &&
    (onUpdate || 'restrict') === actionWords[key.onUpdate]
  );
}

/** A property; fails as the connector does, which would end the process. */
function propertyNamed(
  model: ModelFacts | undefined,
  name: unknown,
): PropertyFacts {
  const missing = (member: string) =>
    new TypeError(`Cannot read properties of undefined (reading '${member}')`);
  if (model === undefined) throw missing('properties');
  const found = model.properties.find(each => each.name === name);
  if (found === undefined) throw missing('mysql');
  return found;
}

function entityOf({entity}: DeclaredKey): string {
  return String(isRecord(entity) ? entity['name'] : (entity ?? ''));
}

function additionsOfKeys(
  model: ModelFacts,
  {catalog, server}: Asked,
  there: readonly string[],
): readonly Query[] {
  const sent: Sent[] = [];
  for (const [key, declared] of Object.entries(model.foreignKeys)) {
    if (!declared || there.includes(key)) continue;
    const own = declared as DeclaredKey;
    const parent = catalog.modelNamed(entityOf(own));
    if (parent === undefined) continue;
    const [onDelete, onUpdate] = [own.onDelete, own.onUpdate].map(actionOf);
    if (onDelete === undefined || onUpdate === undefined) {
      const word = onDelete === undefined ? own.onDelete : own.onUpdate;
      const near = wordOf(word)?.toUpperCase() ?? '';
      sent.push({refused: parseError(server, near)});
      continue;
    }
    sent.push({
      kind: 'add foreign key',
      key: {
        name: String(own.name),
        properties: [expectedNameOf(propertyNamed(model, own.foreignKey))],
        parent: tableNameOf(parent),
        parentProperties: [String(own.entityKey)],
        onDelete,
        onUpdate,
      },
    });
  }
  return altering(model, sent);
}

/** What an action is to InnoDB, which has no defaults to set. */
function actionOf(given: unknown): ReferentialAction | undefined {
  switch (wordOf(given)?.toUpperCase() ?? '') {
    case 'CASCADE':
      return 'cascade';
    case 'SET NULL':
      return 'setNull';
    case 'NO ACTION':
      return 'noAction';
    case '':
    case 'RESTRICT':
    case 'SET DEFAULT':
      return 'restrict';
    default:
      return undefined;
  }
}
