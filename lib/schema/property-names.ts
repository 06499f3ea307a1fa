import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isPathTooDeep, maxPathParts} from '../value/path';
import type {UnknownProperties} from './rules';
import {declaredAlong, type TableSchema} from './schema';

/** What tells the properties that a table declares, as its schema does. */
export interface DeclaredNames {
  readonly name: string;
  readonly columns: Readonly<Record<string, unknown>>;
  readonly unknownProperties: UnknownProperties;
}

/** The parts of a filter that name properties. */
type FilterPart = 'where' | 'order' | 'fields';

/**
 * Fails with INVALID_FILTER when a part of a filter names a property, or begins
 * a path with one, that the table does not declare, if its rules say so; and on
 * a path of undue depth.
 */
export function refuseUnknownProperty(
  path: string,
  part: FilterPart,
  {name: table, columns, unknownProperties}: DeclaredNames,
): void {
  if (isPathTooDeep(path)) throw tooDeep(path, part, table);
  if (unknownProperties === 'allow' || Object.hasOwn(columns, path)) return;
  const [property = ''] = path.split('.', 1);
  if (Object.hasOwn(columns, property)) return;
  const known = Object.keys(columns);
  throw unknownProperty(part, table, {prefix: '', name: property, known});
}

/**
 * As {@link refuseUnknownProperty}, and also when a path leads to what is not
 * declared inside of a property. Where nothing is declared inside of it, a path
 * may go on as it likes.
 */
export function refuseUnknownPath(
  path: string,
  part: FilterPart,
  schema: TableSchema,
): void {
  refuseUnknownProperty(path, part, schema);
  if (schema.unknownProperties === 'allow') return;
  const undeclared = undeclaredPart(path, schema);
  if (undeclared !== undefined) {
    throw unknownProperty(part, schema.name, undeclared);
  }
}

/** A property that is not declared where a path leads, and those that are. */
export interface UndeclaredPart {
  /** The path to what is before it, with a dot; empty for a property of the row. */
  readonly prefix: string;
  readonly name: string;
  readonly known: readonly string[];
}

/** The first part of a path that is not declared; none inside what may be anything. */
export function undeclaredPart(
  path: string,
  schema: Pick<TableSchema, 'columns' | 'nested'>,
): UndeclaredPart | undefined {
  if (Object.hasOwn(schema.columns, path)) return undefined;
  const parts = path.split('.');
  const declared = declaredAlong(schema, parts);
  const name = parts[declared.length];
  const above = declared.at(-1);
  const columns = above === undefined ? schema.columns : above.shape?.columns;
  if (columns === undefined || name === undefined) return undefined;
  const prefix = parts.slice(0, declared.length).map(part => `${part}.`);
  return {prefix: prefix.join(''), name, known: Object.keys(columns)};
}

function unknownProperty(
  part: FilterPart,
  table: string,
  {prefix, name, known}: UndeclaredPart,
): InMemoryError {
  const property = prefix + name;
  const meant = nearest(name, known);
  const hint =
    meant === undefined
      ? `the properties are ${known.map(each => prefix + each).join(', ')}.`
      : `did you mean "${prefix}${meant}"?`;
  return new InMemoryError(
    'INVALID_FILTER',
    `Invalid filter on ${table}: the ${part} names "${property}", which is ` +
      `not a property; ${hint}`,
    {table, property, constraint: 'unknownProperties'},
  );
}

function tooDeep(path: string, part: string, table: string): InMemoryError {
  return new InMemoryError(
    'INVALID_FILTER',
    `Invalid filter on ${table}: the ${part} names the path ${show(path)}, ` +
      `which has more than ${maxPathParts} parts.`,
    {table, property: path},
  );
}
