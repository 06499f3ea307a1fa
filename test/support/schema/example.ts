import {noRules} from '../../../lib/schema/rules';
import type {IndexDefinition, TableSchema} from '../../../lib/schema/schema';

/** A small table, changed in the ways that a test is about. */
export function schemaOf(changes: Partial<TableSchema> = {}): TableSchema {
  return {
    name: 'City',
    primaryKey: ['id'],
    idGeneration: 'number',
    columns: {id: 'number', name: 'string'},
    indexes: [],
    foreignKeys: [],
    ...noRules,
    ...changes,
  };
}

/** An ordered index; a path that begins with `-` is descending. */
export function indexOn(
  paths: string | readonly string[],
  changes: Partial<IndexDefinition> = {},
): IndexDefinition {
  const list = typeof paths === 'string' ? [paths] : paths;
  const keys = list.map(path =>
    path.startsWith('-')
      ? ({path: path.slice(1), direction: -1} as const)
      : ({path, direction: 1} as const),
  );
  return {
    name: `by_${list.join('_')}`,
    kind: 'ordered',
    keys,
    isUnique: false,
    ...changes,
  };
}
