import {isDeepStrictEqual} from 'node:util';
import {areSameKept} from './kept';
import {type Renames, renamedColumns} from './renames';
import {areSameInside} from './same-inside';
import type {ColumnLimits} from './rules';
import type {
  ForeignKey,
  IdGeneration,
  IndexDefinition,
  Swap,
  TableSchema,
} from './schema';
import type {ColumnType} from '../value/coerce';

/*
 * The one place where two schemas are compared. `diff` says how a table comes to
 * have another one, `differences` says to people and programs what a migration
 * does to it.
 */

/** One step that leads from a table's old schema to its new one, as data. */
export type SchemaStep =
  | {readonly kind: 'createTable'; readonly schema: TableSchema}
  | {readonly kind: 'declare'; readonly schema: TableSchema}
  | {readonly kind: 'note'; readonly schema: TableSchema}
  | {readonly kind: 'keep'; readonly schema: TableSchema}
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
  const steps: SchemaStep[] = onlyIn(previous.indexes, next.indexes).map(
    ({name}) => ({kind: 'dropIndex', name}),
  );
  steps.push({kind: 'declare', schema: next});
  if (!isDeepStrictEqual(rowRulesOf(previous), rowRulesOf(next))) {
    steps.push({kind: 'checkRows'});
  }
  if (!isDeepStrictEqual(previous.primaryKey, next.primaryKey)) {
    steps.push({kind: 'changePrimaryKey'});
  }
  return [...steps, ...onlyIn(next.indexes, previous.indexes).map(adding)];
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

function onlyIn<T>(list: readonly T[], other: readonly T[]): T[] {
  return list.filter(each => !other.some(one => isDeepStrictEqual(each, one)));
}

/** A difference between the schema that is kept of a table and a declared one. */
export type Difference =
  | {readonly kind: 'create table'}
  | {readonly kind: 'rename table'; readonly from: string}
  | {
      readonly kind: 'add column';
      readonly column: string;
      readonly type: ColumnType;
    }
  | {readonly kind: 'drop column'; readonly column: string}
  | {
      readonly kind: 'rename column';
      readonly column: string;
      readonly from: string;
    }
  | {
      readonly kind: 'change type';
      readonly column: string;
      readonly from: ColumnType;
      readonly to: ColumnType;
    }
  | {readonly kind: 'change nested types'; readonly column: string}
  | {readonly kind: 'set required'; readonly column: string}
  | {readonly kind: 'drop required'; readonly column: string}
  | {
      readonly kind: 'change limits';
      readonly column: string;
      readonly from: ColumnLimits;
      readonly to: ColumnLimits;
    }
  | {
      readonly kind: 'change id';
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  | {
      readonly kind: 'change id generation';
      readonly from: IdGeneration;
      readonly to: IdGeneration;
    }
  | {
      readonly kind: 'change type checks';
      readonly from: TableSchema['typeChecks'];
      readonly to: TableSchema['typeChecks'];
    }
  | {
      readonly kind: 'change version';
      readonly from: string | undefined;
      readonly to: string | undefined;
    }
  | {
      readonly kind: 'change former names';
      readonly from: Readonly<Record<string, Swap>>;
      readonly to: Readonly<Record<string, Swap>>;
    }
  | {readonly kind: 'drop index'; readonly index: IndexDefinition}
  | {readonly kind: 'add index'; readonly index: IndexDefinition}
  | {readonly kind: 'drop foreign key'; readonly foreignKey: ForeignKey}
  | {readonly kind: 'add foreign key'; readonly foreignKey: ForeignKey};

/**
 * What a migration from the kept schema (undefined: there is none) to a declared
 * one does, in the order in which it is done; nothing where they are the same.
 * Former names count where the kept schema has them, and not the new ones.
 */
export function differences(
  kept: TableSchema | undefined,
  next: TableSchema,
  renames: Renames = {columns: {}},
): Difference[] {
  if (kept === undefined) return [{kind: 'create table'}];
  const renamed = renamedColumns(kept, next, renames);
  const previous = withNames(kept, renamed);
  const found: Difference[] = [];
  if (kept.name !== next.name) {
    found.push({kind: 'rename table', from: kept.name});
  }
  for (const [from, column] of renamed) {
    found.push({kind: 'rename column', column, from});
  }
  if (areSameKept(previous, next)) return found;
  return [
    ...found,
    ...onlyIn(previous.foreignKeys, next.foreignKeys).map(
      foreignKey => ({kind: 'drop foreign key', foreignKey}) as const,
    ),
    ...onlyIn(previous.indexes, next.indexes).map(
      index => ({kind: 'drop index', index}) as const,
    ),
    ...columnDifferences(previous, next),
    ...ruleDifferences(previous, next),
    ...(renamed.size === 0 ? swapDifferences(previous, next) : []),
    ...onlyIn(next.indexes, previous.indexes).map(
      index => ({kind: 'add index', index}) as const,
    ),
    ...onlyIn(next.foreignKeys, previous.foreignKeys).map(
      foreignKey => ({kind: 'add foreign key', foreignKey}) as const,
    ),
  ];
}

/** A schema under other names of its columns; those that have none stay. */
export function withNames(
  schema: TableSchema,
  renamed: ReadonlyMap<string, string>,
): TableSchema {
  if (renamed.size === 0) return schema;
  const nameOf = (name: string) => renamed.get(name) ?? name;
  const pathOf = (path: string) => {
    const [first = '', ...rest] = path.split('.');
    return renamed.has(path)
      ? renamed.get(path)!
      : [nameOf(first), ...rest].join('.');
  };
  const keysOf = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(record).map(([name, value]) => [nameOf(name), value]),
    );
  const {native, nested, version} = schema;
  return {
    ...schema,
    primaryKey: schema.primaryKey.map(nameOf),
    columns: keysOf(schema.columns),
    ...(nested && {nested: {...nested, shapeOf: keysOf(nested.shapeOf)}}),
    indexes: schema.indexes.map(index => ({
      ...index,
      keys: index.keys.map(key => ({...key, path: pathOf(key.path)})),
    })),
    foreignKeys: schema.foreignKeys.map(key => ({
      ...key,
      properties: key.properties.map(nameOf),
    })),
    notNull: schema.notNull.map(nameOf),
    limits: keysOf(schema.limits),
    ...(native && {native: {...native, columns: keysOf(native.columns)}}),
    ...(version !== undefined && {version: nameOf(version)}),
  };
}

function columnDifferences(
  previous: TableSchema,
  next: TableSchema,
): Difference[] {
  const found: Difference[] = [];
  const names = Object.keys({...previous.columns, ...next.columns});
  for (const column of names) {
    const from = ownOf(previous.columns, column);
    const to = ownOf(next.columns, column);
    if (from === undefined) found.push({kind: 'add column', column, type: to!});
    else if (to === undefined) found.push({kind: 'drop column', column});
    else if (from !== to) found.push({kind: 'change type', column, from, to});
    else if (!areSameInside(previous, next, column)) {
      found.push({kind: 'change nested types', column});
    }
    if (to !== undefined) {
      found.push(...columnRuleDifferences(previous, next, column));
    }
  }
  return found;
}

function columnRuleDifferences(
  previous: TableSchema,
  next: TableSchema,
  column: string,
): Difference[] {
  const found: Difference[] = [];
  const from = ownOf(previous.limits, column) ?? {};
  const to = ownOf(next.limits, column) ?? {};
  if (!isDeepStrictEqual(from, to)) {
    found.push({kind: 'change limits', column, from, to});
  }
  const isRequired = next.notNull.includes(column);
  if (isRequired !== previous.notNull.includes(column)) {
    const kind = isRequired ? 'set required' : 'drop required';
    found.push({kind, column});
  }
  return found;
}

function ownOf<T>(
  record: Readonly<Record<string, T>>,
  name: string,
): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function ruleDifferences(
  previous: TableSchema,
  next: TableSchema,
): Difference[] {
  const found: Difference[] = [];
  if (!isDeepStrictEqual(previous.primaryKey, next.primaryKey)) {
    const {primaryKey: from} = previous;
    found.push({kind: 'change id', from, to: next.primaryKey});
  }
  if (previous.idGeneration !== next.idGeneration) {
    const {idGeneration: from} = previous;
    found.push({kind: 'change id generation', from, to: next.idGeneration});
  }
  if (previous.typeChecks !== next.typeChecks) {
    const {typeChecks: from} = previous;
    found.push({kind: 'change type checks', from, to: next.typeChecks});
  }
  if (previous.version !== next.version) {
    const {version: from} = previous;
    found.push({kind: 'change version', from, to: next.version});
  }
  return found;
}

/** What is only to be kept in mind, where no column gets another name. */
function swapDifferences(
  {swaps: from = {}}: TableSchema,
  {swaps: to = {}}: TableSchema,
): Difference[] {
  return isDeepStrictEqual(from, to)
    ? []
    : [{kind: 'change former names', from, to}];
}
