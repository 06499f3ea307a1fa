import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isPathTooDeep, maxPathParts} from '../value/path';
import type {UnknownProperties} from './rules';

/** What tells the properties that a table declares, as its schema does. */
export interface DeclaredNames {
  readonly name: string;
  readonly columns: Readonly<Record<string, unknown>>;
  readonly unknownProperties: UnknownProperties;
}

/**
 * Fails with INVALID_FILTER when a part of a filter (`where`, `order`,
 * `fields`) names a property, or begins a path with one, that the table does
 * not declare, if its rules say so; and on a path of undue depth.
 */
export function refuseUnknownProperty(
  path: string,
  part: 'where' | 'order' | 'fields',
  {name: table, columns, unknownProperties}: DeclaredNames,
): void {
  if (isPathTooDeep(path)) throw tooDeep(path, part, table);
  if (unknownProperties === 'allow' || Object.hasOwn(columns, path)) return;
  const [property = ''] = path.split('.', 1);
  if (Object.hasOwn(columns, property)) return;
  const names = Object.keys(columns);
  const meant = nearest(property, names);
  const hint =
    meant === undefined
      ? `the properties are ${names.join(', ')}.`
      : `did you mean "${meant}"?`;
  throw new InMemoryError(
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
