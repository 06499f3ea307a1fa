import {isPlainObject, isRecord} from '../base/objects';
import type {Filter} from '../query/query';
import type {StatementCall} from './statement-hooks';

/** What is known of a method that runs a statement. */
interface MethodKind {
  /** What it is given between model and options, in its order. */
  readonly given: readonly ('data' | 'filter' | 'id' | 'where')[];
  /**
   * What it gives: rows that it has read or written, a row and whether it is new, or
   * the number of rows that it has written.
   */
  readonly gives?: 'read' | 'written' | 'either' | 'number';
}

const byMethod: Readonly<Record<string, MethodKind>> = {
  all: {given: ['filter'], gives: 'read'},
  count: {given: ['where']},
  create: {given: ['data'], gives: 'written'},
  createAll: {given: ['data'], gives: 'written'},
  destroy: {given: ['id'], gives: 'number'},
  destroyAll: {given: ['where'], gives: 'number'},
  exists: {given: ['id']},
  find: {given: ['id'], gives: 'read'},
  findOrCreate: {given: ['filter', 'data'], gives: 'either'},
  replaceById: {given: ['id', 'data'], gives: 'written'},
  replaceOrCreate: {given: ['data'], gives: 'written'},
  save: {given: ['data'], gives: 'written'},
  updateAll: {given: ['where', 'data'], gives: 'number'},
  updateAttributes: {given: ['id', 'data'], gives: 'written'},
  upsertWithWhere: {given: ['where', 'data'], gives: 'written'},
};

const ofTransactions: MethodKind = {given: []};

/** What is known of a method of the connector. */
export function kindOf(method: string): MethodKind {
  return byMethod[method] ?? ofTransactions;
}

/**
 * The filter by which a statement finds the rows that it reads or changes; undefined
 * for one that looks for none, such as `create`.
 */
export function filterOf(
  {given, method}: StatementCall,
  idNames: readonly string[],
): Filter | undefined {
  const [first] = given;
  switch (kindOf(method).given[0]) {
    case 'filter':
      return method === 'all'
        ? significant(first)
        : {...significant(first), limit: 1};
    case 'where':
      return {where: first ?? undefined};
    case 'id':
      return byId(idNames.length === 1 ? {[idNames[0]!]: first} : first);
    case 'data':
      return upserts.has(method) ? byId(idsIn(first, idNames)) : undefined;
    default:
      return undefined;
  }
}

/** What of a filter says something: the juggler adds `skip: 0` and `offset: 0`. */
function significant(filter: unknown): Filter {
  if (!isRecord(filter)) return {};
  const {include: _include, limit, offset, skip, ...rest} = filter;
  const counts = {limit, skip: skip || offset};
  const said = Object.entries({...rest, ...counts}).filter(
    ([, value]) => value !== undefined && value !== null && value !== 0,
  );
  return Object.fromEntries(said);
}

const upserts = new Set(['save', 'replaceOrCreate']);

function idsIn(row: unknown, idNames: readonly string[]): object | undefined {
  if (!isRecord(row)) return undefined;
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
  const parts = Object.entries(rest).map(([name, value]) =>
    isValue(name) ? `${name}: ?` : `${name}: ${JSON.stringify(value)}`,
  );
  if (isRecord(where) && Object.keys(where).length > 0) {
    parts.unshift(`where: ${shapeOfWhere(where, maxDepth)}`);
  }
  return `${model}.${method}({${parts.join(', ')}})`;
}

const isValue = (name: string): boolean => name === 'limit' || name === 'skip';

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
