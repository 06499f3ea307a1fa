import {isDeepStrictEqual} from 'node:util';
import {InMemoryError} from '../base/errors';
import type {IndexDefinition, TableSchema} from './schema';

/**
 * One schema for a table on which several models live: all their columns and
 * indexes. A column that two models declare differently becomes `any`.
 *
 * Fails with INVALID_MODEL when the models differ in their ids, or in an index
 * of one name.
 */
export function mergeSchemas(schemas: readonly TableSchema[]): TableSchema {
  return schemas.reduce((merged, schema) => {
    if (!isDeepStrictEqual(merged.primaryKey, schema.primaryKey)) {
      throw new InMemoryError(
        'INVALID_MODEL',
        `The models on collection ${schema.name} must have the same id: ` +
          `one has (${merged.primaryKey.join(', ')}), ` +
          `another (${schema.primaryKey.join(', ')}).`,
        {table: schema.name},
      );
    }
    return {
      name: merged.name,
      primaryKey: merged.primaryKey,
      idGeneration:
        merged.idGeneration === 'none'
          ? schema.idGeneration
          : merged.idGeneration,
      columns: mergeColumns(merged.columns, schema.columns),
      indexes: mergeIndexes(merged, schema.indexes),
    };
  });
}

function mergeColumns(
  a: TableSchema['columns'],
  b: TableSchema['columns'],
): TableSchema['columns'] {
  const merged = {...a, ...b};
  for (const name of Object.keys(a)) {
    if (Object.hasOwn(b, name) && a[name] !== b[name]) merged[name] = 'any';
  }
  return merged;
}

function mergeIndexes(
  merged: TableSchema,
  added: readonly IndexDefinition[],
): IndexDefinition[] {
  const indexes = [...merged.indexes];
  for (const index of added) {
    const same = indexes.find(other => other.name === index.name);
    if (same === undefined) indexes.push(index);
    else if (!isDeepStrictEqual(same, index)) {
      throw new InMemoryError(
        'INVALID_MODEL',
        `The models on collection ${merged.name} declare the index ` +
          `${index.name} in two ways; give one another name.`,
        {table: merged.name, index: index.name},
      );
    }
  }
  return indexes;
}
