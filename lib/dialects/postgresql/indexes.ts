import {isRecord} from '../../base/objects';
import type {IndexDefinition, IndexKey} from '../../schema/schema';
import type {DdlStatement, MadeTable} from '../ddl';
import type {ModelFacts, PropertyFacts} from '../dialect';
import {pgError} from './errors';
import {columnNameOf, cut, declaredNameOf, tableNameOf} from './names';
import {nativeColumn} from './native-columns';

/** An index as `index` of a property, or `settings.indexes`, declares it. */
interface DeclaredIndex {
  readonly type?: unknown;
  readonly kind?: unknown;
  readonly unique?: unknown;
  readonly keys?: unknown;
  readonly options?: {readonly unique?: unknown} | undefined;
}

type Keys = readonly (readonly [column: string, direction: string])[];

/** What `addIndexes` sends: all at once, so all of it is done or nothing. */
export function indexStatements(
  model: ModelFacts,
  table: MadeTable | undefined,
): DdlStatement[] {
  const there = new Map(Object.entries(table?.native.indexes ?? {}));
  const drops: DdlStatement[] = [];
  for (const name of there.keys()) {
    const what = wanted(name, model, table!);
    if (what === 'as it is') continue;
    drops.push({kind: 'drop index', table: tableNameOf(model), name});
    if (what === 'another') there.delete(name);
  }
  const statements = [
    ...drops,
    ...model.properties.flatMap(property => ofProperty(property, model, there)),
    ...ofSettings(model, there),
  ];
  // All of the query is read before any of it is done.
  const refused = statements.find(({kind}) => kind === 'refused');
  return refused === undefined ? statements : [refused];
}

/** What the connector does with an index that there is. */
function wanted(
  name: string,
  model: ModelFacts,
  table: MadeTable,
): 'as it is' | 'another' | 'none' {
  const method = table.native.indexes[name]!;
  const index = table.indexes.find(each => each.name === name)!;
  const own = ownerOf(name, model)?.declared['index'];
  if (own) {
    return typeof own !== 'object' || isSameOfColumn(own, method, index)
      ? 'as it is'
      : 'another';
  }
  const declared = model.indexes[name];
  if (!declared) return 'none';
  const {keys, options, type} = normalized(declared);
  const isSame =
    isOfType(type, method) &&
    Boolean(options?.unique) === index.isUnique &&
    (keys.length < 2 || haveSameColumns(index.keys, keys, model));
  return isSame ? 'as it is' : 'another';
}

function isSameOfColumn(
  {type, unique}: DeclaredIndex,
  method: string,
  {isUnique}: IndexDefinition,
): boolean {
  return isOfType(type, method) && (!unique || isUnique);
}

function isOfType(type: unknown, method: string): boolean {
  return !type || type === method;
}

function haveSameColumns(
  actual: readonly IndexKey[],
  keys: Keys,
  {properties}: ModelFacts,
): boolean {
  return (
    keys.length === actual.length &&
    // It compares the place of a key with the column.
    keys.every(([name], i) => {
      const property = properties.find(each => each.name === name);
      const column = property ? columnNameOf(property) : name.toLowerCase();
      return column === actual[i]!.path;
    })
  );
}

/** The property whose index has the name that the connector gives such. */
function ownerOf(name: string, model: ModelFacts): PropertyFacts | undefined {
  const prefix = `${declaredNameOf(model)}_`;
  const column = name.startsWith(prefix)
    ? /^([^_]+)_idx/.exec(name.slice(prefix.length))?.[1]
    : undefined;
  return column === undefined
    ? undefined
    : model.properties.find(each => nativeColumn(each).name === column);
}

function ofProperty(
  property: PropertyFacts,
  model: ModelFacts,
  there: ReadonlyMap<string, string>,
): DdlStatement[] {
  const {declared} = property;
  const index = declared['index'] as DeclaredIndex | undefined;
  const column = nativeColumn(property).name;
  const name = `${declaredNameOf(model)}_${column}_idx`;
  if (!index || there.has(name)) return [];
  const isAlone = !index.kind && !index.type && typeof index === 'object';
  const kind = isAlone || index.unique === true ? 'UNIQUE' : textOf(index.kind);
  const keys = [[column, ''] as const];
  return [created(name, model, keys, {kind, type: index.type})];
}

function ofSettings(
  model: ModelFacts,
  there: ReadonlyMap<string, string>,
): DdlStatement[] {
  const statements: DdlStatement[] = [];
  for (const [name, declared] of Object.entries(model.indexes)) {
    if (!declared || there.has(name)) continue;
    const {keys, kind, options, type} = normalized(declared);
    const columns = keys.map(([key, direction]) => {
      const property = model.properties.find(each => each.name === key);
      const column = property ? nativeColumn(property).name : key.toLowerCase();
      return [column, direction] as const;
    });
    const own = options?.unique === true ? 'UNIQUE' : textOf(kind);
    statements.push(created(name, model, columns, {kind: own, type}));
  }
  return statements;
}

function created(
  name: string,
  model: ModelFacts,
  keys: Keys,
  {kind, type}: {readonly kind: string; readonly type: unknown},
): DdlStatement {
  if (kind !== '' && kind.toUpperCase() !== 'UNIQUE') {
    const [near = ''] = kind.split(/\s/);
    const message = `syntax error at or near "${near}"`;
    return {kind: 'refused', error: pgError('42601', message)};
  }
  return {
    kind: 'create index',
    table: tableNameOf(model),
    method: type ? textOf(type).toLowerCase() : 'btree',
    index: {
      name: cut(name),
      kind: 'ordered',
      keys: keys.map(([column, direction]) => ({
        path: cut(column),
        direction: /^desc\b/i.test(direction.trim()) ? -1 : 1,
      })),
      isUnique: kind !== '',
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** An index of the settings, whose keys are in one of four forms. */
function normalized(declared: unknown): DeclaredIndex & {readonly keys: Keys} {
  const isFull = isRecord(declared) && Boolean(declared['keys']);
  if (!isFull) return {keys: keysOf(declared)};
  return {...(declared as DeclaredIndex), keys: keysOf(declared['keys'])};
}

function keysOf(keys: unknown): Keys {
  if (typeof keys === 'string') return keys.split(',').map(keyOf);
  if (Array.isArray(keys)) {
    return keys.map(key =>
      Array.isArray(key)
        ? ([String(key[0]), String(key[1] ?? '')] as const)
        : keyOf(String(key)),
    );
  }
  return Object.entries(keys as object).map(
    ([column, order]) => [column, order === -1 ? 'DESC' : 'ASC'] as const,
  );
}

function keyOf(text: string): readonly [string, string] {
  const [column = '', ...direction] = text.trim().split(' ');
  return [column.trim(), direction.join(' ')];
}
