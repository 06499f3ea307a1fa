import {isDeepStrictEqual} from 'node:util';
import type {IndexDefinition, TableSchema} from './schema';

/** One step that leads from a table's old schema to its new one, as data. */
export type SchemaStep =
  | {readonly kind: 'createTable'; readonly schema: TableSchema}
  | {readonly kind: 'declare'; readonly schema: TableSchema}
  | {readonly kind: 'checkRows'}
  | {readonly kind: 'changePrimaryKey'}
  | {readonly kind: 'dropIndex'; readonly name: string}
  | {readonly kind: 'addIndex'; readonly index: IndexDefinition};

/**
 * The steps from `previous` (undefined: no such table yet) to `next`, in the
 * order in which they must run; none when the schemas are equal.
 */
export function diff(
  previous: TableSchema | undefined,
  next: TableSchema,
): SchemaStep[] {
  if (previous === undefined) {
    return [{kind: 'createTable', schema: next}, ...next.indexes.map(adding)];
  }
  if (isDeepStrictEqual(previous, next)) return [];
  const steps: SchemaStep[] = [];
  for (const index of previous.indexes) {
    if (!next.indexes.some(other => isDeepStrictEqual(index, other))) {
      steps.push({kind: 'dropIndex', name: index.name});
    }
  }
  steps.push({kind: 'declare', schema: next});
  if (!isDeepStrictEqual(rowRulesOf(previous), rowRulesOf(next))) {
    steps.push({kind: 'checkRows'});
  }
  if (!isDeepStrictEqual(previous.primaryKey, next.primaryKey)) {
    steps.push({kind: 'changePrimaryKey'});
  }
  for (const index of next.indexes) {
    if (!previous.indexes.some(other => isDeepStrictEqual(index, other))) {
      steps.push(adding(index));
    }
  }
  return steps;
}

/** The rules that a row must meet, whatever the other rows are. */
function rowRulesOf(schema: TableSchema) {
  const {notNull, limits, typeChecks, columns, nested} = schema;
  const types = typeChecks === 'strict' ? {columns, nested} : {};
  return {notNull, limits, types};
}

function adding(index: IndexDefinition): SchemaStep {
  return {kind: 'addIndex', index};
}
