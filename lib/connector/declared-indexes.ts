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

/**
 * The indexes that a model declares, in all forms in which LoopBack's
 * connectors read them: `index: true` and `index: {unique: true}` on a
 * property, and in the model's setting `indexes` by name
 *
 *   {keys: {a: 1, b: -1}, options: {unique: true}}     MongoDB, PostgreSQL
 *   {keys: ['a', 'b']} or {keys: 'a,b'}
 *   {columns: 'a, b', kind: 'unique'}                  MySQL
 *   {a: 1, b: -1}                                      the short form
 *
 * Fails with INVALID_MODEL on what is none of these.
 */
export function declaredIndexes(
  definition: ModelDefinition,
  declared: DeclaredTypes,
): IndexDefinition[] {
  const model = definition.model.modelName;
  const indexes: IndexDefinition[] = [];
  for (const [name, property] of Object.entries(definition.properties)) {
    const index = ofProperty(name, property, declared);
    if (index !== undefined) indexes.push(index);
  }
  for (const [name, setting] of entriesOf(definition.settings?.['indexes'])) {
    const index = ofSetting(name, setting, declared, model);
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
): IndexDefinition | undefined {
  const {index} = property;
  if (!index || property.id) return undefined;
  const options = isObject(index) ? index : {};
  const isUnique = isTrue(options['unique']) || isTrue(property.unique);
  return {
    name: `${name}_index`,
    kind: columnType(declared, name) === 'point' ? 'geo' : 'ordered',
    keys: [{path: name, direction: 1}],
    isUnique,
  };
}

function ofSetting(
  name: string,
  setting: unknown,
  declared: DeclaredTypes,
  model: string,
): IndexDefinition {
  if (!isObject(setting)) throw malformed(name, setting, model);
  const given = setting['keys'] ?? setting['columns'] ?? setting;
  const keys = keysOf(given);
  if (keys === undefined || keys.length === 0) {
    throw malformed(name, setting, model);
  }
  refuseDeepKeys(keys, name, model);
  const options = isObject(setting['options']) ? setting['options'] : {};
  const isUnique =
    given !== setting &&
    (isTrue(options['unique']) ||
      isTrue(setting['unique']) ||
      String(setting['kind']).toLowerCase() === 'unique');
  const [only] = keys;
  const isGeo =
    keys.length === 1 && columnType(declared, only!.path) === 'point';
  return {name, kind: isGeo ? 'geo' : 'ordered', keys, isUnique};
}

/** Keys from `{a: 1, b: -1}`, `['a', 'b DESC']` or `'a, b DESC'`. */
function keysOf(given: unknown): IndexKey[] | undefined {
  if (typeof given === 'string') return keysOf(given.split(','));
  if (Array.isArray(given)) {
    return given.map(part => {
      const [path = '', direction = ''] = String(part).trim().split(/\s+/);
      return {path, direction: direction.toUpperCase() === 'DESC' ? -1 : 1};
    });
  }
  if (!isObject(given)) return undefined;
  const keys: IndexKey[] = [];
  for (const [path, direction] of Object.entries(given)) {
    const sign = directionOf(direction);
    if (sign === undefined) return undefined;
    keys.push({path, direction: sign});
  }
  return keys;
}

/** MongoDB's kinds of keys (`'2dsphere'`, `'text'`) count as ascending. */
function directionOf(direction: unknown): 1 | -1 | undefined {
  if (typeof direction === 'string') {
    return /^(?:-1|desc)$/i.test(direction) ? -1 : 1;
  }
  return direction === 1 || direction === -1 ? direction : undefined;
}

function entriesOf(indexes: unknown): [string, unknown][] {
  if (!isObject(indexes)) return [];
  if (!Array.isArray(indexes)) return Object.entries(indexes);
  return indexes.map((setting: unknown, i) => {
    const name = isObject(setting) ? setting['name'] : undefined;
    return [typeof name === 'string' ? name : `index_${i + 1}`, setting];
  });
}

function isTrue(flag: unknown): boolean {
  return flag === true || flag === 'true';
}

function malformed(
  name: string,
  setting: unknown,
  model: string,
): InMemoryError {
  return new InMemoryError(
    'INVALID_MODEL',
    `The index ${name} of model ${model} cannot be read: ${show(setting)}. ` +
      'Write {keys: {property: 1}, options: {unique: true}}.',
    {table: model, index: name, value: setting},
  );
}

function refuseDeepKeys(
  keys: readonly IndexKey[],
  name: string,
  model: string,
): void {
  const deep = keys.find(({path}) => isPathTooDeep(path));
  if (deep === undefined) return;
  throw new InMemoryError(
    'INVALID_MODEL',
    `The index ${name} of model ${model} is on the path ${show(deep.path)}, ` +
      `which has more than ${maxPathParts} parts.`,
    {table: model, index: name, value: deep.path},
  );
}
