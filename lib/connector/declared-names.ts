import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import type {ModelDefinition} from './loopback';
import type {Warn} from './warn';

/** Under which names a model is stored. */
export interface DeclaredNames {
  readonly table: string;
  /** The columns of the properties that have another name than theirs. */
  readonly columns: ReadonlyMap<string, string>;
  /** The schema of its database in which the table is, where it is told. */
  readonly databaseSchema: string | undefined;
}

/** Our own key, then those of databases of which a model may carry the names. */
const keys = ['memory', 'postgresql', 'mysql', 'mssql', 'oracle', 'mongodb'];

/** Where a model says the name of its table, and a property that of its column. */
const tableWords = ['table', 'tableName', 'collection'];
const ownTableWords = ['collection', 'table'];

/** As LoopBack's connectors read them, the first that there is. */
export const columnWords = ['column', 'columnName', 'field', 'fieldName'];

/**
 * The names that a model declares for its table and columns: those under the key
 * `memory`; where it has none at all there, those of its production database, the
 * first of postgresql, mysql, mssql, oracle and mongodb that has any. Fails with
 * INVALID_MODEL on what can be no name, and on one for two properties.
 */
export function declaredNames(definition: ModelDefinition): DeclaredNames {
  const {model, properties, settings = {}} = definition;
  const {modelName} = model;
  const key = keyOfNames(definition);
  if (key === undefined) {
    return {table: modelName, columns: new Map(), databaseSchema: undefined};
  }
  const table = tableName(definition, key);
  if (table !== undefined) requireText(table, 'table', definition, key);
  const columns = new Map<string, string>();
  for (const name of Object.keys(properties)) {
    const column = columnName(definition, name, key);
    if (column === undefined) continue;
    requireColumn(column, name, modelName);
    if (column !== name) columns.set(name, column);
  }
  refuseShared(definition, columns);
  const schema = under(settings, key)?.['schema'];
  return {
    table: (table as string | undefined) ?? modelName,
    columns,
    databaseSchema:
      key !== 'memory' && table !== undefined && typeof schema === 'string'
        ? schema
        : undefined,
  };
}

/**
 * The property that is meant by a name: itself, or where it is none the one with
 * that column, which is how SQL connectors read some of their declarations. A
 * column of no other name is there in small letters too, as PostgreSQL has it.
 */
export function propertyNamed(
  name: string,
  {properties}: Pick<ModelDefinition, 'properties'>,
  {columns}: Pick<DeclaredNames, 'columns'>,
): string {
  if (Object.hasOwn(properties, name)) return name;
  const owner = [...columns].find(([, column]) => column === name);
  if (owner !== undefined) return owner[0];
  const inSmallLetters = Object.keys(properties).filter(
    property => !columns.has(property) && property.toLowerCase() === name,
  );
  return inSmallLetters.length === 1 ? inSmallLetters[0]! : name;
}

/** Warns where a model carries the names of several databases, which differ. */
export function warnOfOtherNames(
  definition: ModelDefinition,
  warn: Warn,
): void {
  const {model, properties} = definition;
  const key = keyOfNames(definition);
  if (key === undefined || key === 'memory') return;
  for (const other of keys) {
    if (other === key || !hasNames(definition, other)) continue;
    const table = tableName(definition, other);
    const isTable = table !== undefined && table !== tableName(definition, key);
    const column = Object.keys(properties).find(name => {
      const named = columnName(definition, name, other);
      return named !== undefined && named !== columnName(definition, name, key);
    });
    if (!isTable && column === undefined) continue;
    const what = isTable ? 'its table' : `the column of ${column}`;
    warn(
      `${model.modelName} names ${what} in one way for ${key} and in another ` +
        `for ${other}; the names for ${key} count. Write those that are to ` +
        'count under memory: {collection}, memory: {columnName}.',
    );
  }
}

/** The key whose names count; undefined where there is no name. */
function keyOfNames(definition: ModelDefinition): string | undefined {
  return keys.find(key => hasNames(definition, key));
}

function hasNames(definition: ModelDefinition, key: string): boolean {
  if (tableName(definition, key) !== undefined) return true;
  for (const name of Object.keys(definition.properties)) {
    if (columnName(definition, name, key) !== undefined) return true;
  }
  return false;
}

function tableName({settings = {}}: ModelDefinition, key: string): unknown {
  const given = under(settings, key);
  if (given === undefined) return undefined;
  if (key !== 'memory') return firstOf(given, tableWords);
  // What is no text under our own key is warned of, with the other words there.
  const isText = (word: string) => typeof given[word] === 'string';
  return firstOf(given, ownTableWords.filter(isText));
}

function columnName(
  {properties}: ModelDefinition,
  property: string,
  key: string,
): unknown {
  const given = under(properties[property]!, key);
  return given && firstOf(given, columnWords);
}

function under(
  holder: object,
  key: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = (holder as Record<string, unknown>)[key];
  return isObject(value) ? value : undefined;
}

/** LoopBack takes no name for none where there is an empty text. */
function firstOf(
  given: Readonly<Record<string, unknown>>,
  words: readonly string[],
): unknown {
  const word = words.find(
    each => (given[each] ?? '') !== '' && given[each] !== false,
  );
  return word === undefined ? undefined : given[word];
}

function requireText(
  name: unknown,
  what: string,
  {model: {modelName}}: ModelDefinition,
  key: string,
): void {
  if (typeof name === 'string') return;
  throw new InMemoryError(
    'INVALID_MODEL',
    `The name of the ${what} of ${modelName}, under the key ${key}, cannot be ` +
      `${show(name)}: it must be a text.`,
    {table: modelName, value: name},
  );
}

/** What a filter takes for something else than the name of a property. */
const operators = new Set(['and', 'or', 'nor', 'not']);

function requireColumn(
  name: unknown,
  property: string,
  table: string,
): asserts name is string {
  const isText = typeof name === 'string';
  const why = !isText
    ? 'it must be a text'
    : name.includes('.')
      ? 'a dot leads into an object'
      : operators.has(name)
        ? 'filters have an operator of that name'
        : undefined;
  if (why === undefined) return;
  throw new InMemoryError(
    'INVALID_MODEL',
    `The column of ${table}.${property} cannot be ${show(name)}: ${why}. ` +
      'Write memory: {columnName} with another name.',
    {table, property, value: name},
  );
}

function refuseShared(
  {model: {modelName}, properties}: ModelDefinition,
  columns: ReadonlyMap<string, string>,
): void {
  const owners = new Map<string, string>();
  for (const property of Object.keys(properties)) {
    const column = columns.get(property) ?? property;
    const other = owners.get(column);
    if (other !== undefined) {
      throw new InMemoryError(
        'INVALID_MODEL',
        `The properties ${other} and ${property} of ${modelName} cannot both ` +
          `have the column ${show(column)}. Give one of them another by ` +
          'memory: {columnName}.',
        {table: modelName, property, value: column},
      );
    }
    owners.set(column, property);
  }
}
