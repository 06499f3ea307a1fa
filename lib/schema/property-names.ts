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
  throw unknownProperty(part, table, ['', property], Object.keys(columns));
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
  const {columns, unknownProperties} = schema;
  if (unknownProperties === 'allow' || Object.hasOwn(columns, path)) return;
  const parts = path.split('.');
  const declared = declaredAlong(schema, parts);
  const {shape} = declared.at(-1)!;
  const unknown = parts[declared.length];
  if (shape === undefined || unknown === undefined) return;
  const prefix = `${parts.slice(0, declared.length).join('.')}.`;
  const known = Object.keys(shape.columns);
  throw unknownProperty(part, schema.name, [prefix, unknown], known);
}

function unknownProperty(
  part: FilterPart,
  table: string,
  [prefix, name]: readonly [string, string],
  known: readonly string[],
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
