import {isRecord} from '../../base/objects';
import type {IndexKey} from '../../schema/schema';
import type {AlterAction, MadeIndex, MadeTable} from '../ddl';
import type {ModelFacts} from '../dialect';
import {unknownType} from './checks';
import {parseError} from './errors';
import type {Server} from './flavour';
import {wordOf} from './native-columns';

/*
 * The indexes that loopback-connector-mysql makes: its migration.js, `buildIndex`
 * and `buildIndexes` of CREATE TABLE, `addIndexes` of ALTER TABLE. The two do not
 * name the index of a property alike, nor read its `kind` alike.
 */

/** An action, or why the server or the connector refuses the whole statement. */
export type Sent = AlterAction | {readonly refused: Error};

/** An index as `index` of a property, or `settings.indexes`, declares it. */
interface DeclaredIndex {
  readonly type?: unknown;
  readonly kind?: unknown;
  readonly unique?: unknown;
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly columns?: unknown;
  readonly options?: {readonly unique?: unknown};
}

/** The words that stand before and behind INDEX. */
interface IndexWords {
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  readonly keys: readonly IndexKey[];
}

/** The indexes of CREATE TABLE, those of the settings first; or what refuses them. */
export function createdIndexes(
  model: ModelFacts,
  server: Server,
): readonly MadeIndex[] | Error {
  const words: IndexWords[] = [];
  for (const [name, index] of declaredIn(model)) {
    const keys = keysOf(index, '`');
    // It leaves out those without columns.
    if (keys.length > 0) words.push({name, keys, ...kindOf(index)});
  }
  for (const property of model.properties) {
    const index = property.declared['index'] as DeclaredIndex | undefined;
    if (!index) continue;
    const name = property.columnName ?? property.name;
    const type = textOf(index.type);
    const declared = textOf(index.kind);
    const kind = declared && type ? declared : uniqueOr(index, declared);
    words.push({name, kind, type, keys: [{path: name, direction: 1}]});
  }
  const made = words.map(each => indexOf(each, server));
  const refused = made.find(each => each instanceof Error);
  return (
    refused ??
    made.filter((each): each is MadeIndex => !(each instanceof Error))
  );
}

function declaredIn({
  indexes,
}: ModelFacts): readonly (readonly [string, DeclaredIndex])[] {
  return Object.entries(indexes).flatMap(([name, index]) =>
    isRecord(index) ? [[name, index as DeclaredIndex] as const] : [],
  );
}

function uniqueOr({unique}: DeclaredIndex, kind: string): string {
  return unique === true ? 'UNIQUE' : kind;
}

function kindOf({kind, options, type}: DeclaredIndex) {
  // It compares with `== true`.
  const unique = options?.unique;
  const isUnique = unique === true || unique === 1 || unique === '1';
  return {
    kind: textOf(kind) || (isUnique ? 'UNIQUE' : ''),
    type: textOf(type),
  };
}

function textOf(value: unknown): string {
  return wordOf(value)?.trim() ?? '';
}

/** The columns of an index of the settings; in `keys` they are names alone. */
function keysOf({columns, keys}: DeclaredIndex, quote: '`' | ''): IndexKey[] {
  const named = Object.entries(keys ?? {}).map(
    ([path, direction]): IndexKey => ({
      path,
      direction: direction === -1 ? -1 : 1,
    }),
  );
  if (named.length > 0) {
    return quote === '`'
      ? named
      : named.map(key => ({...key, path: unquoted(key.path)}));
  }
  return textOf(columns)
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
    .map(each => ({
      path: unquoted(each.replace(/\s+(?:asc|desc)$/i, '')),
      direction: /\sdesc$/i.test(each) ? -1 : 1,
    }));
}

/** A name in SQL, without what it is quoted with, or how much of it is meant. */
function unquoted(name: string): string {
  return name.replace(/\s*\(\d+\)$/, '').replace(/^`(.*)`$/, '$1');
}

const kinds: Readonly<Record<string, string>> = {
  '': 'btree',
  UNIQUE: 'btree',
  FULLTEXT: 'fulltext',
  SPATIAL: 'spatial',
};

function indexOf(
  {keys, kind, name, type}: IndexWords,
  server: Server,
): MadeIndex | Error {
  const word = kind.toUpperCase();
  // A column, it seems, of a type INDEX.
  if (!Object.hasOwn(kinds, word)) return unknownType('INDEX', server);
  if (type !== '' && !/^(?:btree|hash|rtree)$/i.test(type)) {
    return parseError(server, type);
  }
  const isTyped = type !== '' && kinds[word] === 'btree';
  return {
    method: isTyped ? type.toLowerCase() : kinds[word]!,
    index: {name, kind: 'ordered', keys, isUnique: word === 'UNIQUE'},
  };
}

/** What comes before, and what is asked. */
interface Statement {
  readonly server: Server;
  /** How many actions, of a line each, stand before. */
  readonly before: number;
}

/** The indexes that ALTER TABLE drops and adds. */
export function indexActions(
  model: ModelFacts,
  table: MadeTable | undefined,
  {before, server}: Statement,
): Sent[] {
  const there = new Set(Object.keys(table?.native.indexes ?? {}));
  const sent: Sent[] = [];
  for (const name of there) {
    const what = wanted(name, model, table!);
    if (what === 'as it is') continue;
    sent.push({kind: 'drop index', name});
    if (what === 'another') there.delete(name);
  }
  for (const words of [
    ...ofProperties(model, there),
    ...ofSettings(model, there),
  ]) {
    if (words.keys.length === 0) {
      const line = before + sent.length + 1;
      sent.push({refused: parseError(server, ')', line)});
      continue;
    }
    const made = indexOf(words, server);
    sent.push(
      made instanceof Error ? {refused: made} : {kind: 'add index', ...made},
    );
  }
  return sent;
}

/** What the connector does with an index that there is. */
function wanted(
  name: string,
  model: ModelFacts,
  table: MadeTable,
): 'as it is' | 'another' | 'none' {
  const property = model.properties.find(each => each.name === name);
  if (property?.isId || model.foreignKeys[name]) return 'as it is';
  const declared = declaredIn(model).find(([key]) => key === name)?.[1];
  const isOfProperty = Boolean(property?.declared['index']);
  if (property ? !isOfProperty : declared === undefined) return 'none';
  if (declared === undefined) return 'as it is';
  const index = table.indexes.find(each => each.name === name)!;
  const paths = index.keys.map(({path}) => path);
  return hasColumns(paths, declared) ? 'as it is' : 'another';
}

/** Whether an index has the columns that are declared, or begins with them. */
function hasColumns(
  paths: readonly string[],
  {columns, keys}: DeclaredIndex,
): boolean {
  if (columns) {
    const names = textOf(columns).split(/,\s*/);
    return names.every((name, i) => paths[i] === name);
  }
  if (!keys) return true;
  return String(Object.keys(keys)) === String(paths);
}

function* ofProperties(
  {properties}: ModelFacts,
  there: ReadonlySet<string>,
): Iterable<IndexWords> {
  for (const property of properties) {
    const {declared, name} = property;
    const index = declared['index'] as DeclaredIndex | undefined;
    if (!index || there.has(name)) continue;
    yield {
      name,
      kind: uniqueOr(index, ''),
      type: typeOf(index),
      keys: [{path: wordOf(property.own['columnName']) ?? name, direction: 1}],
    };
  }
}

function* ofSettings(
  model: ModelFacts,
  there: ReadonlySet<string>,
): Iterable<IndexWords> {
  for (const [name, index] of declaredIn(model)) {
    if (there.has(name)) continue;
    const {kind} = kindOf(index);
    yield {name, kind, type: typeOf(index), keys: keysOf(index, '')};
  }
}

/** Fails as the connector does with a type and no kind, which would end the process. */
function typeOf({kind, type}: DeclaredIndex): string {
  if (!type) return '';
  if (typeof kind !== 'string') {
    throw new TypeError(
      "Cannot read properties of undefined (reading 'toUpperCase')",
    );
  }
  return kind.toUpperCase() === 'FULLTEXT' ? '' : textOf(type);
}
