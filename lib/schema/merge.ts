import {isDeepStrictEqual} from 'node:util';
import {columnWords} from '../base/column-words';
import {InMemoryError} from '../base/errors';
import {mergeDeclared} from './merge-nested';
import type {ColumnLimits} from './rules';
import type {TableSchema} from './schema';

/**
 * One schema for a table on which several models live: all their columns and
 * indexes. A column that two models declare differently becomes `any`, and has
 * no limits when they differ in these. A value is required where all of the
 * models require it. Types and names are checked when one of the models asks
 * for it.
 *
 * Fails with INVALID_MODEL when the models differ in their ids, in their
 * versions, or in an index or foreign key of one name.
 */
export function mergeSchemas(schemas: readonly TableSchema[]): TableSchema {
  return schemas.reduce((merged, schema) => {
    const {primaryKey} = merged;
    requireSame('id', primaryKey, schema.primaryKey, schema.name);
    const version = merged.version ?? schema.version;
    if (version !== undefined) {
      const other = schema.version ?? version;
      requireSame('version', [version], [other], schema.name);
    }
    return {
      name: merged.name,
      primaryKey,
      idGeneration:
        merged.idGeneration === 'none'
          ? schema.idGeneration
          : merged.idGeneration,
      ...mergeDeclared(merged, schema),
      indexes: mergeNamed(merged.name, 'index', merged.indexes, schema.indexes),
      foreignKeys: mergeNamed(
        merged.name,
        'foreign key',
        merged.foreignKeys,
        schema.foreignKeys,
      ),
      notNull: merged.notNull.filter(name => schema.notNull.includes(name)),
      limits: mergeLimits(merged, schema),
      typeChecks: stricter('strict', merged.typeChecks, schema.typeChecks),
      unknownProperties: stricter(
        'error',
        merged.unknownProperties,
        schema.unknownProperties,
      ),
      ...(version !== undefined && {version}),
      ...mergeNative(merged, schema),
    };
  });
}

/** The columns of both; where both have one, as the first of the models has it. */
function mergeNative(
  {native}: TableSchema,
  {native: other}: TableSchema,
): Pick<TableSchema, 'native'> {
  if (native === undefined || other === undefined) return {};
  const columns = {...other.columns, ...native.columns};
  const indexes = {...other.indexes, ...native.indexes};
  return {native: {...native, columns, indexes}};
}

function requireSame(
  what: string,
  a: readonly string[],
  b: readonly string[],
  table: string,
): void {
  if (isDeepStrictEqual(a, b)) return;
  throw new InMemoryError(
    'INVALID_MODEL',
    `The models on collection ${table} must have the same ${what}: ` +
      `one has (${columnWords(table, a)}), another (${columnWords(table, b)}).`,
    {table},
  );
}

function stricter<T>(strict: T, a: T, b: T): T {
  return a === strict ? a : b;
}

/** The limits of columns that one model declares, or both in the same way. */
function mergeLimits(a: TableSchema, b: TableSchema): TableSchema['limits'] {
  const merged: Record<string, ColumnLimits> = {};
  for (const [name, limits] of Object.entries({...a.limits, ...b.limits})) {
    const isContradicted = [a, b].some(
      schema =>
        Object.hasOwn(schema.columns, name) &&
        !isDeepStrictEqual(schema.limits[name], limits),
    );
    if (!isContradicted) merged[name] = limits;
  }
  return merged;
}

/** What both lists have, equal ones once. */
function mergeNamed<T extends {readonly name: string}>(
  table: string,
  what: 'index' | 'foreign key',
  merged: readonly T[],
  added: readonly T[],
): T[] {
  const all = [...merged];
  for (const each of added) {
    const same = all.find(other => other.name === each.name);
    if (same === undefined) all.push(each);
    else if (!isDeepStrictEqual(same, each)) {
      throw new InMemoryError(
        'INVALID_MODEL',
        `The models on collection ${table} declare the ${what} ` +
          `${each.name} in two ways; give one another name.`,
        {table, [what === 'index' ? 'index' : 'constraint']: each.name},
      );
    }
  }
  return all;
}
