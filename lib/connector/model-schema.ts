import type {IdGeneration, TableSchema} from '../schema/schema';
import {withKeyIndexes} from '../schema/foreign-keys';
import {declaredForeignKeys, type StoredAs} from './declared-foreign-keys';
import {declaredIndexes} from './declared-indexes';
import {declaredRules, type RuleSettings} from './declared-rules';
import {declaredTypes, typeOf} from './declared-types';
import {warnOfWords} from './declared-words';
import type {ModelDefinition, PropertyDefinition} from './loopback';
import type {Warn} from './warn';

/** What a datasource's settings say of the tables of its models. */
export interface SchemaSettings extends RuleSettings {
  readonly defaultIdType: 'number' | 'string';
}

/**
 * A model definition as the schema of its table, with properties in the place of
 * columns; what its foreign keys refer to is named by columns. `storedAs` tells how
 * this and other models are stored. Warns of words in it that count for nothing.
 * Fails with INVALID_MODEL.
 */
export function schemaOf(
  definition: ModelDefinition,
  settings: SchemaSettings,
  storedAs: StoredAs,
  warn: Warn,
): TableSchema {
  warnOfWords(definition, warn);
  const {defaultIdType, ...rules} = settings;
  const {model, properties} = definition;
  const stored = storedAs(model.modelName);
  const primaryKey = idProperties(definition);
  const declared = declaredTypes(properties);
  const {columns} = declared;
  const first = primaryKey[0];
  return withKeyIndexes({
    name: stored.table,
    primaryKey,
    idGeneration:
      first === undefined
        ? 'number'
        : idGeneration(properties[first]!, primaryKey.length, defaultIdType),
    ...declared,
    indexes: declaredIndexes(
      definition,
      declared,
      name => stored.propertyNamed(name),
      warn,
    ),
    ...declaredRules(definition, columns, rules),
    foreignKeys: declaredForeignKeys(definition, primaryKey, storedAs, warn),
  });
}

/** The id properties in the order of their numbers: `id: 1`, `id: 2`. */
function idProperties({properties}: ModelDefinition): string[] {
  return Object.entries(properties)
    .filter(([, property]) => property.id)
    .sort(([, a], [, b]) => Number(a.id) - Number(b.id))
    .map(([name]) => name);
}

/**
 * How a missing id is made. As the built-in connector, also where the property
 * is not `generated`, as long as it is the only id.
 */
function idGeneration(
  property: PropertyDefinition,
  idCount: number,
  defaultIdType: 'number' | 'string',
): IdGeneration {
  if (idCount > 1 && !property.generated) return 'none';
  switch (typeOf(property.type)) {
    case 'number':
      return 'number';
    case 'string':
      return defaultIdType === 'string' ? 'text' : 'digits';
    case 'any':
    case 'json':
    case 'object':
      return defaultIdType === 'string' ? 'text' : 'number';
    default:
      return 'none';
  }
}
