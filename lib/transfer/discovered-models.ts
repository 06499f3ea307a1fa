import {InMemoryError} from '../base/errors';
import {isRecord} from '../base/objects';
import type {TableSchema} from '../schema/schema';
import {type CopyModel, idsOf} from './copy-models';
import {isForeignKey, plainSchema} from './declared-models';
import type {
  DiscoveredForeignKey,
  DiscoveredSchema,
  JugglerDataSource,
} from './juggler';

/** The models of the tables of a database, as LoopBack discovers them. */
export async function discoveredModels(
  dataSource: JugglerDataSource,
): Promise<CopyModel[]> {
  const {connector} = dataSource;
  if (connector.discoverModelDefinitions === undefined) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `The connector ${connector.name} cannot discover models. Tell them: --models dist/models.`,
      {property: 'models'},
    );
  }
  // MySQL's connector looks in the schema of its user's name otherwise.
  const schema = connector.getDefaultSchema?.() ?? databaseOfUrl(dataSource);
  const place = schema === undefined ? {} : {schema, owner: schema};
  const tables = await dataSource.discoverModelDefinitions({
    views: false,
    ...place,
  });
  const models: CopyModel[] = [];
  for (const {name: table} of tables) {
    const schemas = await dataSource.discoverSchemas(table, {
      nameMapper,
      ...place,
    });
    const keys = await dataSource.discoverForeignKeys(table, place);
    models.push(modelOfDiscovered(Object.values(schemas)[0]!, keys));
  }
  return models;
}

/** The database that MySQL's connector does not know by itself where it has a `url`. */
function databaseOfUrl({
  connector,
  settings,
}: JugglerDataSource): string | undefined {
  const {url} = settings;
  if (connector.name !== 'mysql' || typeof url !== 'string') return undefined;
  const name = URL.canParse(url) ? new URL(url).pathname.slice(1) : '';
  return name === '' ? undefined : decodeURIComponent(name);
}

/** Names with capitals stay; `order_line` is OrderLine as a model, orderLine within one. */
function nameMapper(kind: string, name: string): string {
  const camel = /[A-Z]/.test(name)
    ? name
    : name.replace(/_+([a-z0-9])/g, (_, letter: string) =>
        letter.toUpperCase(),
      );
  return kind === 'table' || kind === 'model'
    ? camel.replace(/^[a-z]/, letter => letter.toUpperCase())
    : camel;
}

function modelOfDiscovered(
  discovered: DiscoveredSchema,
  keys: readonly DiscoveredForeignKey[],
): CopyModel {
  const {name, options} = discovered;
  const properties: Record<string, Record<string, unknown>> = {};
  for (const [name, property] of Object.entries(discovered.properties)) {
    const type = discoveredType(property);
    properties[name] = {...property, type, generated: false};
  }
  const isGuessed = Object.values(properties).some(({memory}) => {
    const guessed = isRecord(memory) ? memory['guessed'] : undefined;
    return Array.isArray(guessed) && guessed.length > 0;
  });
  return {
    name,
    isDeclared: false,
    schema: isGuessed ? undefined : discoveredSchema(name, properties, keys),
    key: idsOf(properties),
    properties: Object.keys(properties),
    parents: keys.map(({pkTableName}) => nameMapper('table', pkTableName)),
    define: dataSource =>
      dataSource.define(name, properties, {...options, forceId: false}),
  };
}

/** What a database holds the rows of a table to, under the names of the model. */
function discoveredSchema(
  name: string,
  properties: Readonly<Record<string, Record<string, unknown>>>,
  keys: readonly DiscoveredForeignKey[],
): TableSchema {
  const declared = Object.entries(properties).map(([name, property]) => {
    const {id, length, precision, required, scale, type} = property;
    const known = dataTypeOf(property);
    const hasLength = /^(?:character|varchar|char|bpchar)/i.test(known);
    const hasDigits = /^(?:numeric|decimal)/i.test(known);
    return [
      name,
      {
        type,
        ...(id ? {id} : {}),
        ...(required ? {required} : {}),
        ...(hasLength && length ? {length} : {}),
        ...(hasDigits && precision ? {precision, scale} : {}),
      },
    ] as const;
  });
  const names = new Set(keys.map(({fkName}) => fkName));
  const foreignKeys = [...names]
    .map(name => foreignKeyOf(keys.filter(({fkName}) => fkName === name)))
    .filter(isForeignKey);
  return plainSchema({
    name,
    properties: Object.fromEntries(declared),
    settings: {
      foreignKeys: Object.fromEntries(foreignKeys.map(key => [key.name, key])),
    },
  });
}

/** The columns of a foreign key as models declare one. */
function foreignKeyOf(columns: readonly DiscoveredForeignKey[]) {
  const ordered = columns.toSorted((a, b) => a.keySeq - b.keySeq);
  const {fkName, onDelete, onUpdate, pkTableName} = ordered[0]!;
  return {
    name: fkName,
    entity: nameMapper('table', pkTableName),
    entityKey: ordered.map(key => nameMapper('column', key.pkColumnName)),
    foreignKey: ordered.map(key => nameMapper('column', key.fkColumnName)),
    onDelete,
    onUpdate,
  };
}

/** What the database calls the type of a column. */
function dataTypeOf(property: Readonly<Record<string, unknown>>): string {
  const own = Object.values(property).find(
    value => isRecord(value) && 'dataType' in value,
  ) as {dataType: unknown} | undefined;
  return typeof own?.dataType === 'string' ? own.dataType : '';
}

/** LoopBack takes JSON and lists for texts, and bytes for a type that it has not. */
function discoveredType(property: Record<string, unknown>): unknown {
  if (/^(?:jsonb?|array)$/i.test(dataTypeOf(property))) return 'any';
  return property['type'] === 'Binary' ? 'buffer' : property['type'];
}
