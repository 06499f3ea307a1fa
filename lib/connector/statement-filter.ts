import {isPlainObject, isRecord} from '../base/objects';
import type {Filter} from '../query/query';
import type {StatementCall} from './statement-hooks';

/** What each method is given between model and options, in its order. */
export const givenNames: Readonly<Record<string, readonly string[]>> = {
  all: ['filter'],
  beginTransaction: ['isolationLevel'],
  count: ['where'],
  create: ['data'],
  createAll: ['data'],
  destroy: ['id'],
  destroyAll: ['where'],
  exists: ['id'],
  find: ['id'],
  findOrCreate: ['filter', 'data'],
  replaceById: ['id', 'data'],
  replaceOrCreate: ['data'],
  save: ['data'],
  updateAll: ['where', 'data'],
  updateAttributes: ['id', 'data'],
  upsertWithWhere: ['where', 'data'],
};

/**
 * The filter by which a statement finds the rows that it reads or changes; undefined
 * for one that looks for none, such as `create`.
 */
export function filterOf(
  {given, method}: StatementCall,
  idNames: readonly string[],
): Filter | undefined {
  const [first] = given;
  switch (givenNames[method]?.[0]) {
    case 'filter':
      return method === 'all'
        ? withoutInclude(first)
        : {...withoutInclude(first), limit: 1};
    case 'where':
      return first === undefined || first === null ? {} : {where: first};
    case 'id':
      return byId(idNames.length === 1 ? {[idNames[0]!]: first} : first);
    case 'data': {
      const isNew = method === 'create' || method === 'createAll';
      return isNew || !isRecord(first)
        ? undefined
        : byId(idsIn(first, idNames));
    }
    default:
      return undefined;
  }
}

function withoutInclude(filter: unknown): Filter {
  if (!isRecord(filter)) return {};
  const {include: _include, ...rest} = filter;
  return rest;
}

function idsIn(
  row: Readonly<Record<string, unknown>>,
  idNames: readonly string[],
): object | undefined {
  const ids = idNames.map(name => [name, row[name]] as const);
  const areAll = ids.every(([, id]) => id !== undefined && id !== null);
  return areAll && ids.length > 0 ? Object.fromEntries(ids) : undefined;
}

function byId(where: unknown): Filter | undefined {
  return isRecord(where) ? {where} : undefined;
}

/**
 * What statements have in common that differ in nothing but values: a text with a `?`
 * for each value, however many a list has. What is written is left out.
 */
export function shapeOf(
  {method, model}: Pick<StatementCall, 'method' | 'model'>,
  filter: Filter | undefined,
): string {
  if (filter === undefined) return `${model}.${method}`;
  const {where, ...rest} = filter;
  const parts = Object.entries(rest)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) =>
      isValue(name) ? `${name}: ?` : `${name}: ${JSON.stringify(value)}`,
    );
  if (isRecord(where) && Object.keys(where).length > 0) {
    parts.unshift(`where: ${shapeOfWhere(where, maxDepth)}`);
  }
  return `${model}.${method}({${parts.join(', ')}})`;
}

const isValue = (name: string): boolean =>
  name === 'limit' || name === 'skip' || name === 'offset';

/** Deeper conditions are all alike. */
const maxDepth = 20;

function shapeOfWhere(condition: unknown, depth: number): string {
  if (depth === 0) return '…';
  if (!isPlainObject(condition)) return '?';
  const parts = Object.entries(condition).map(([name, value]) => {
    const isList = name === 'and' || name === 'or' || name === 'nor';
    if (!isList || !Array.isArray(value)) {
      return `${name}: ${shapeOfWhere(value, depth - 1)}`;
    }
    const shapes = value.map(each => shapeOfWhere(each, depth - 1));
    // A list of alternatives that differ in values only is as one.
    return `${name}: [${[...new Set(shapes)].join(', ')}]`;
  });
  return `{${parts.join(', ')}}`;
}
