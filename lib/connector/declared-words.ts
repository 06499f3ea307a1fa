import {show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isObject} from '../base/objects';
import {undeclaredPart} from '../schema/property-names';
import type {TableSchema} from '../schema/schema';
import {columnWords} from './declared-names';
import type {ModelDefinition, PropertyDefinition} from './loopback';
import {type Warn, warnOfUnknown} from './warn';

/*
 * A model definition may hold whatever an application likes, so a word that is
 * spelled wrongly in it declares nothing and fails nowhere. What is near to a
 * word that would have counted is told; under our own key `memory` all that is
 * not known.
 */

/** Words of a model's settings, and of its properties, that count here. */
const settingWords = ['indexes', 'foreignKeys', 'memory'];
const propertyWords = [
  'index',
  'unique',
  'required',
  'nullable',
  'allowNull',
  'length',
  'precision',
  'scale',
  'version',
  'generated',
  'default',
  'defaultFn',
  'jsonSchema',
  'memory',
];

/** What counts under the key `jsonSchema` of a property, and only there. */
const schemaWords = ['maxLength', 'minLength', 'minimum', 'maximum', 'enum'];

/** What may stand under the key `memory` of a model, and of a property. */
const ownModelWords = ['collection', 'renamedFrom', 'schema', 'table'];
const ownPropertyWords = [
  ...columnWords,
  'dataLength',
  'dataPrecision',
  'dataScale',
  'dataType',
  'generated',
  'guessed',
  'nullable',
  'null',
  'allowNull',
  'backfill',
  'lossy',
  'renamedFrom',
];

/** Warns of words in a model definition that count for nothing. */
export function warnOfWords(
  {model, properties, settings = {}}: ModelDefinition,
  warn: Warn,
): void {
  const {modelName} = model;
  warnOfNear(
    Object.keys(settings),
    settingWords,
    `The model ${modelName}`,
    warn,
  );
  warnOfSingular(settings, modelName, warn);
  warnOfOwn(settings['memory'], ownModelWords, modelName, warn);
  warnOfCollection(settings['memory'], modelName, warn);
  for (const [name, property] of Object.entries(properties)) {
    const what = `${modelName}.${name}`;
    warnOfMisplaced(property, what, warn);
    const others = Object.keys(property).filter(
      word => !schemaWords.includes(word),
    );
    warnOfNear(others, propertyWords, what, warn);
    const {jsonSchema} = property;
    if (isObject(jsonSchema)) {
      const inside = `The jsonSchema of ${what}`;
      warnOfNear(Object.keys(jsonSchema), schemaWords, inside, warn);
    }
    warnOfOwn(property.memory, ownPropertyWords, what, warn);
    warnOfVersion(property, what, warn);
  }
}

function warnOfNear(
  given: readonly string[],
  words: readonly string[],
  what: string,
  warn: Warn,
): void {
  for (const word of given) {
    const meant = slipOf(word, words);
    if (meant === undefined) continue;
    warn(`${what} has "${word}", which does nothing. Did you mean "${meant}"?`);
  }
}

/** What words were found to mean, for models have the same ones again and again. */
const slips = new Map<readonly string[], Map<string, string | undefined>>();
const maxSlips = 1_000;

/** The word that is meant by one that is near to it and counts for nothing. */
function slipOf(word: string, words: readonly string[]): string | undefined {
  let known = slips.get(words);
  if (known === undefined) slips.set(words, (known = new Map()));
  if (known.has(word)) return known.get(word);
  const near = words.includes(word) ? undefined : nearest(word, words);
  const meant = near !== undefined && isPlural(word, near) ? undefined : near;
  if (known.size < maxSlips) known.set(word, meant);
  return meant;
}

/** `index` is what a property has. */
function warnOfSingular(settings: object, model: string, warn: Warn): void {
  if (!('index' in settings) || 'indexes' in settings) return;
  warn(
    `The model ${model} has "index", which does nothing. Did you mean "indexes"?`,
  );
}

/** Warns of keywords of `jsonSchema` that stand beside it. */
function warnOfMisplaced(
  property: PropertyDefinition,
  what: string,
  warn: Warn,
): void {
  for (const word of schemaWords) {
    if (!(word in property)) continue;
    warn(
      `${what} has "${word}", which does nothing there; write jsonSchema: ` +
        `{${word}: ...}.`,
    );
  }
}

/** Such words are nobody's slips: `defaults` beside `default`. */
function isPlural(word: string, meant: string): boolean {
  return word === `${meant}s`;
}

function warnOfOwn(
  given: unknown,
  words: readonly string[],
  what: string,
  warn: Warn,
): void {
  if (isObject(given)) {
    warnOfUnknown(given, words, `The key memory of ${what}`, warn);
  } else if (given !== undefined && given !== null) {
    warn(
      `The key memory of ${what} is ${show(given)}, which declares nothing; ` +
        `write an object with ${words.join(', ')}.`,
    );
  }
}

function warnOfCollection(own: unknown, model: string, warn: Warn): void {
  const collection = isObject(own) ? own['collection'] : undefined;
  if (collection === undefined || collection === null) return;
  if (typeof collection === 'string' && collection !== '') return;
  warn(
    `The collection of ${model} is ${show(collection)}, which counts for nothing; ` +
      'write the name of a table.',
  );
}

function warnOfVersion(
  {version}: PropertyDefinition,
  what: string,
  warn: Warn,
): void {
  if (!version || version === true) return;
  warn(
    `${what} has version: ${show(version)}, which does nothing; write ` +
      'version: true.',
  );
}

/**
 * Warns of indexes and foreign keys on properties that the model does not
 * declare. Where it stores others, too (it is not `strict`), only of those that
 * are near to one that it does.
 */
export function warnOfNames(
  schema: TableSchema,
  {model, settings}: ModelDefinition,
  warn: Warn,
): void {
  const {foreignKeys, indexes} = schema;
  const isOpen = !settings?.['strict'];
  const tell = (what: string, path: string) => {
    const undeclared = undeclaredPart(path, schema);
    if (undeclared === undefined) return;
    const {known, name, prefix} = undeclared;
    const meant = nearest(name, known);
    if (isOpen && meant === undefined) return;
    const hint =
      meant === undefined ? '' : ` Did you mean "${prefix}${meant}"?`;
    warn(
      `The ${what} of ${model.modelName} is on "${prefix}${name}", which is not ` +
        `a property of it.${hint}`,
    );
  };
  for (const {keys, name} of indexes) {
    // It comes with the foreign key of that name.
    if (foreignKeys.some(key => name.startsWith(key.name))) continue;
    for (const {path} of keys) tell(`index ${name}`, path);
  }
  for (const {name, properties} of foreignKeys) {
    for (const property of properties) tell(`foreign key ${name}`, property);
  }
}
