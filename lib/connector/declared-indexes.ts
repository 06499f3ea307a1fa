import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import {
  columnType,
  type IndexDefinition,
  type IndexKey,
} from '../schema/schema';
import {isPathTooDeep, maxPathParts} from '../value/path';
import type {DeclaredTypes} from './declared-types';
import type {ModelDefinition, PropertyDefinition} from './loopback';
import {didYouMean, type Warn, warnOfUnknown} from './warn';

type Options = Readonly<Record<string, unknown>>;

/** An index in a model definition, for what is said of it. */
interface Place {
  readonly model: string;
  readonly index: string;
  readonly warn: Warn;
  /** The property that is meant by its name, or by that of its column. */
  propertyNamed(name: string): string;
}

/**
 * The indexes that a model declares, in all forms in which LoopBack's
 * connectors read them. On a property
 *
 *   index: true, index: {unique: true}
 *   index: {kind: 'UNIQUE'}                            MySQL
 *   index: {mongodb: {unique: true}}                   of one database
 *
 * and in the model's setting `indexes` by name
 *
 *   {keys: {a: 1, b: -1}, options: {unique: true}}     MongoDB, PostgreSQL
 *   {keys: ['a', 'b']} or {keys: 'a,b'}
 *   {keys: [['a', 'ASC'], ['b', 'DESC']]}              what PostgreSQL's
 *                                                      connector makes of it
 *   {columns: 'a, b', kind: 'unique'}                  MySQL
 *   {a: 1, b: -1} or 'a, b DESC'                       the short forms
 *
 * `propertyNamed` tells the property that a name in the settings means. Warns of
 * words in them that count for nothing. Fails with INVALID_MODEL on what is none
 * of these.
 */
export function declaredIndexes(
  definition: ModelDefinition,
  declared: DeclaredTypes,
  propertyNamed: (name: string) => string,
  warn: Warn,
): IndexDefinition[] {
  const model = definition.model.modelName;
  const indexes: IndexDefinition[] = [];
  for (const [name, property] of Object.entries(definition.properties)) {
    const place = {model, index: `${name}_index`, warn, propertyNamed};
    const index = ofProperty(name, property, declared, place);
    if (index !== undefined) indexes.push(index);
  }
  const settings = definition.settings?.['indexes'];
  for (const [name, setting] of entriesOf(settings, model, warn)) {
    const place = {model, index: name, warn, propertyNamed};
    const index = ofSetting(setting, declared, place);
    const same = indexes.findIndex(other => other.name === index.name);
    if (same === -1) indexes.push(index);
    else indexes[same] = index;
  }
  return indexes;
}

function ofProperty(
  name: string,
  property: PropertyDefinition,
  declared: DeclaredTypes,
  place: Place,
): IndexDefinition | undefined {
  const {index, unique} = property;
  if (property.id) return undefined;
  if (!index) {
    if (unique) {
      place.warn(
        `${place.model}.${name} has unique without an index, which does ` +
          'nothing; write index: {unique: true}.',
      );
    }
    return undefined;
  }
  return {
    name: place.index,
    kind: columnType(declared, name) === 'point' ? 'geo' : 'ordered',
    keys: [{path: name, direction: 1}],
    isUnique: isUniqueProperty(index, place) || flag('unique', unique, place),
  };
}

function isUniqueProperty(index: unknown, place: Place): boolean {
  if (!isObject(index)) {
    if (index !== true && index !== 'true' && !isDatabaseKind(index)) {
      place.warn(
        `${called(place)} is declared as ${show(index)} and taken for a ` +
          'plain one; write index: true or index: {unique: true}.',
      );
    }
    return false;
  }
  let isUnique = false;
  const own: Record<string, unknown> = {};
  for (const [word, value] of Object.entries(index)) {
    if (databases.includes(word) && isObject(value)) {
      isUnique = isUniqueProperty(value, place) || isUnique;
    } else own[word] = value;
  }
  return saysUnique(own, called(place), databases, place) || isUnique;
}

/** Whether words of a declaration say that it is unique; warns of the others. */
function saysUnique(
  words: Options,
  what: string,
  others: readonly string[],
  place: Place,
): boolean {
  const known = [...indexWords, ...optionWords, ...others];
  warnOfUnknown(words, known, what, place.warn);
  warnOfIgnored(words, place);
  return isUniqueKind(words, place) || flag('unique', words['unique'], place);
}

function ofSetting(
  setting: unknown,
  declared: DeclaredTypes,
  place: Place,
): IndexDefinition {
  const isLong =
    isObject(setting) &&
    (setting['keys'] !== undefined || setting['columns'] !== undefined);
  const given = isLong ? (setting['keys'] ?? setting['columns']) : setting;
  const named = keysOf(given, place);
  if (named === undefined || named.length === 0) {
    throw malformed(setting, place);
  }
  const keys = named.map(key => ({
    ...key,
    path: place.propertyNamed(key.path),
  }));
  refuseDeepKeys(keys, place);
  const [only] = keys;
  const isGeo =
    keys.length === 1 && columnType(declared, only!.path) === 'point';
  return {
    name: place.index,
    kind: isGeo ? 'geo' : 'ordered',
    keys,
    isUnique: isLong && isUniqueSetting(setting, place),
  };
}

function isUniqueSetting(setting: Options, place: Place): boolean {
  const {options} = setting;
  const what = called(place);
  const isUnique = saysUnique(setting, what, settingWords, place);
  if (isObject(options)) {
    const inside = `${what}, in its options,`;
    return saysUnique(options, inside, [], place) || isUnique;
  }
  if (options !== undefined && options !== null) {
    place.warn(`${what} has the options ${show(options)}; write an object.`);
  }
  return isUnique;
}

/** Keys from `{a: 1, b: -1}`, `['a', 'b DESC']` or `'a, b DESC'`. */
function keysOf(given: unknown, place: Place): IndexKey[] | undefined {
  if (typeof given === 'string') return keysOf(given.split(','), place);
  if (Array.isArray(given)) {
    const keys = given.map(part => {
      const text = Array.isArray(part) ? part.join(' ') : String(part);
      const [path = '', direction = 'ASC', ...rest] = text.trim().split(/\s+/);
      const words = [direction, ...rest].join(' ');
      return {path, direction: directionOf(words, path, place)};
    });
    return keys.some(({path}) => path === '') ? undefined : keys;
  }
  if (!isObject(given)) return undefined;
  const keys: IndexKey[] = [];
  for (const [path, direction] of Object.entries(given)) {
    const isWord = typeof direction === 'string';
    if (!isWord && direction !== 1 && direction !== -1) return undefined;
    keys.push({path, direction: directionOf(String(direction), path, place)});
  }
  return keys;
}

/** MongoDB's kinds of keys count as ascending, and so does what is unknown. */
function directionOf(word: string, path: string, place: Place): 1 | -1 {
  const [first = '', ...rest] = word.toLowerCase().split(/\s+/);
  const isOrder = rest.length === 0 || rest[0] === 'nulls';
  if (!isOrder || !directions.has(first)) {
    place.warn(
      `${called(place)} has the direction "${word}" of ${path}, which is taken ` +
        `for ascending; write 1 or -1.${didYouMean(first, ['asc', 'desc'])}`,
    );
  }
  return first === '-1' || first === 'desc' ? -1 : 1;
}

/** MongoDB's kinds of indexes. */
const mongoKinds = ['text', '2d', '2dsphere', 'geohaystack', 'hashed'];

const directions = new Set(['1', '-1', 'asc', 'desc', ...mongoKinds]);

/** Whether a database has such indexes: `index: '2dsphere'` is MongoDB's. */
function isDatabaseKind(kind: unknown): boolean {
  return typeof kind === 'string' && mongoKinds.includes(kind.toLowerCase());
}

/** Under these names a property's index has what one database is to have. */
const databases = [
  'mongodb',
  'postgresql',
  'mysql',
  'mariadb',
  'mssql',
  'oracle',
  'db2',
  'sqlite3',
  'cloudant',
  'memory',
  'inmemory',
];

/** What LoopBack's SQL connectors read beside keys and options. */
const indexWords = [
  'name',
  'unique',
  'kind',
  'type',
  'method',
  'using',
  'order',
  'expression',
  'concurrently',
  'tablespace',
];

/** What an index in the model's settings has besides. */
const settingWords = ['keys', 'columns', 'options'];

/** Options of MongoDB's indexes. */
const optionWords = [
  'background',
  'bits',
  'bucketSize',
  'collation',
  'commitQuorum',
  'default_language',
  'dropDups',
  'expireAfterSeconds',
  'hidden',
  'language_override',
  'max',
  'min',
  'partialFilterExpression',
  'sparse',
  'storageEngine',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'v',
  'version',
  'weights',
  'wildcardProjection',
];

/** What would change which rows there may be, and does not here. */
function warnOfIgnored(options: Options, place: Place): void {
  const effects = {
    expireAfterSeconds: 'no row expires',
    partialFilterExpression: 'the index has all rows',
    expression: 'the index has its keys as they are',
  };
  for (const [word, effect] of Object.entries(effects)) {
    if (options[word] === undefined) continue;
    place.warn(`${called(place)} has ${word}, which does nothing: ${effect}.`);
  }
}

const kinds = ['unique', 'fulltext', 'spatial'];

/** MySQL's `kind: 'UNIQUE'`. */
function isUniqueKind({kind}: Options, place: Place): boolean {
  if (kind === undefined || kind === null) return false;
  const word = typeof kind === 'string' ? kind.toLowerCase() : '';
  if (!kinds.includes(word) && !isDatabaseKind(word)) {
    place.warn(
      `${called(place)} has the kind ${show(kind)}, which does nothing.` +
        didYouMean(word, kinds),
    );
  }
  return word === 'unique';
}

function flag(name: string, given: unknown, place: Place): boolean {
  if (given === true || given === 'true') return true;
  if (given && given !== 'false') {
    place.warn(
      `${called(place)} has ${name}: ${show(given)}, which counts as false; ` +
        'write true.',
    );
  }
  return false;
}

function entriesOf(
  indexes: unknown,
  model: string,
  warn: Warn,
): [string, unknown][] {
  if (!isObject(indexes)) {
    if (indexes) {
      warn(
        `The setting indexes of ${model} is ${show(indexes)}, which declares ` +
          'nothing; write {byName: {keys: {name: 1}}}.',
      );
    }
    return [];
  }
  if (!Array.isArray(indexes)) return Object.entries(indexes);
  return indexes.map((setting: unknown, i) => {
    const name = isObject(setting) ? setting['name'] : undefined;
    return [typeof name === 'string' ? name : `index_${i + 1}`, setting];
  });
}

function called({index, model}: Place): string {
  return `The index ${index} of ${model}`;
}

function malformed(setting: unknown, {index, model}: Place): InMemoryError {
  return new InMemoryError(
    'INVALID_MODEL',
    `The index ${index} of model ${model} cannot be read: ${show(setting)}. ` +
      'Write {keys: {property: 1}, options: {unique: true}}.',
    {table: model, index, value: setting},
  );
}

function refuseDeepKeys(keys: readonly IndexKey[], place: Place): void {
  const deep = keys.find(({path}) => isPathTooDeep(path));
  if (deep === undefined) return;
  throw new InMemoryError(
    'INVALID_MODEL',
    `${called(place)} is on the path ${show(deep.path)}, which has more than ` +
      `${maxPathParts} parts.`,
    {table: place.model, index: place.index, value: deep.path},
  );
}
