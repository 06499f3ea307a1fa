import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import type {ForeignKey, ReferentialAction} from '../schema/schema';
import type {ModelDefinition} from './loopback';
import {type Warn, warnOfUnknown} from './warn';

/** How a model is stored. */
export interface StoredNames {
  readonly table: string;
  /** The property that is meant by its name, or by that of its column. */
  propertyNamed(name: string): string;
  columnOf(property: string): string;
}

/** Tells how a model is stored, by its name. */
export type StoredAs = (model: string) => StoredNames;

/**
 * The foreign keys that a model declares in its setting `foreignKeys`, by name,
 * in the form that LoopBack's SQL connectors read
 *
 *   {entity: 'Parent', entityKey: 'id', foreignKey: 'parentId',
 *    onDelete: 'CASCADE', onUpdate: 'NO ACTION', name: 'fk_parent'}
 *
 * where `entity` may be a model class, and several properties are an array or
 * 'a,b'. `storedAs` tells of a model, by its name, how it is stored; the key names
 * columns of the parent. Warns of words that count for nothing. Fails with
 * INVALID_MODEL on what is none of these.
 */
export function declaredForeignKeys(
  definition: ModelDefinition,
  primaryKey: readonly string[],
  storedAs: StoredAs,
  warn: Warn,
): ForeignKey[] {
  const {model, settings} = definition;
  const declared = settings?.['foreignKeys'];
  if (declared && (!isObject(declared) || Array.isArray(declared))) {
    warn(
      `The setting foreignKeys of ${model.modelName} is ${show(declared)}, ` +
        `which declares nothing; write {toParent: ${example}}.`,
    );
  }
  const keys = new Map<string, ForeignKey>();
  for (const [name, setting] of settingsOf(definition)) {
    if (isObject(setting)) {
      const what = `The foreign key ${name} of ${model.modelName}`;
      warnOfUnknown(setting, words, what, warn);
    }
    const key = foreignKey(name, setting, definition, storedAs);
    const setsNull = key.onDelete === 'setNull' || key.onUpdate === 'setNull';
    const id = key.properties.find(property => primaryKey.includes(property));
    if (setsNull && id !== undefined) {
      const what = `SET NULL would leave its rows without the id ${id}`;
      throw refused(key.name, what, definition, setting);
    }
    keys.set(key.name, key);
  }
  return [...keys.values()];
}

/** The names of the models to which a model's foreign keys refer. */
export function referredModels(definition: ModelDefinition): string[] {
  return settingsOf(definition).flatMap(([, setting]) => {
    const name = isObject(setting) ? nameOf(setting['entity']) : undefined;
    return name === undefined ? [] : [name];
  });
}

function settingsOf({settings}: ModelDefinition): [string, unknown][] {
  const declared = settings?.['foreignKeys'];
  return isObject(declared) && !Array.isArray(declared)
    ? Object.entries(declared)
    : [];
}

/** What a foreign key is declared with. */
const words = [
  'name',
  'entity',
  'entityKey',
  'foreignKey',
  'onDelete',
  'onUpdate',
];

const example =
  "{entity: 'Parent', entityKey: 'id', foreignKey: 'parentId', " +
  "onDelete: 'CASCADE'}";

function foreignKey(
  settingName: string,
  setting: unknown,
  definition: ModelDefinition,
  storedAs: StoredAs,
): ForeignKey {
  const given = isObject(setting) ? setting : {};
  const name =
    typeof given['name'] === 'string' && given['name'] !== ''
      ? given['name']
      : settingName;
  const entity = nameOf(given['entity']);
  const properties = namesOf(given['foreignKey']);
  const parentProperties = namesOf(given['entityKey']);
  if (
    entity === undefined ||
    properties.length === 0 ||
    properties.length !== parentProperties.length
  ) {
    const what = 'it needs an entity, and as many entityKeys as foreignKeys';
    throw refused(name, what, definition, setting);
  }
  const all = [...properties, ...parentProperties];
  const nested = all.find(property => property.includes('.'));
  if (nested !== undefined) {
    const what = `${nested} is not a property of its own`;
    throw refused(name, what, definition, setting);
  }
  const actions = ['onDelete', 'onUpdate'].map(event => {
    const action = actionOf(given[event]);
    if (action !== undefined) return action;
    const what =
      `${event} can be CASCADE, SET NULL, RESTRICT or NO ACTION, ` +
      `not ${show(given[event])}`;
    throw refused(name, what, definition, setting);
  });
  const own = storedAs(definition.model.modelName);
  const parent = storedAs(entity);
  return {
    name,
    properties: properties.map(property => own.propertyNamed(property)),
    parent: parent.table,
    parentProperties: parentProperties.map(property =>
      parent.columnOf(parent.propertyNamed(property)),
    ),
    onDelete: actions[0]!,
    onUpdate: actions[1]!,
  };
}

/** The name of a model, from that or from its class or definition. */
function nameOf(entity: unknown): string | undefined {
  if (typeof entity === 'string') return entity === '' ? undefined : entity;
  if (typeof entity !== 'function' && !isObject(entity)) return undefined;
  const {modelName, name} = entity as {modelName?: unknown; name?: unknown};
  return nameOf(typeof modelName === 'string' ? modelName : (name ?? ''));
}

/** Names from `['a', 'b']` or `'a, b'`; none when a name is empty or twice. */
function namesOf(given: unknown): string[] {
  const list: unknown[] = Array.isArray(given)
    ? given
    : typeof given === 'string'
      ? given.split(',')
      : [];
  const names = list.map(name => (typeof name === 'string' ? name.trim() : ''));
  const isSound = !names.includes('') && new Set(names).size === names.length;
  return isSound ? names : [];
}

const actions: Readonly<Record<string, ReferentialAction>> = {
  CASCADE: 'cascade',
  'SET NULL': 'setNull',
  RESTRICT: 'restrict',
  'NO ACTION': 'noAction',
};

function actionOf(given: unknown): ReferentialAction | undefined {
  if (given === undefined || given === null || given === '') return 'noAction';
  if (typeof given !== 'string') return undefined;
  const name = given.trim().toUpperCase().replace(/\s+/g, ' ');
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

function refused(
  name: string,
  what: string,
  definition: ModelDefinition,
  setting: unknown,
): InMemoryError {
  const {modelName} = definition.model;
  return new InMemoryError(
    'INVALID_MODEL',
    `The foreign key ${name} of model ${modelName} cannot be: ${what}. ` +
      `Write ${example}.`,
    {table: modelName, constraint: name, value: setting},
  );
}
