import {show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isObject} from '../base/objects';
import {undeclaredPart} from '../schema/property-names';
import type {TableSchema} from '../schema/schema';
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
];

/** What may stand under the key `memory` of a model, and of a property. */
const ownModelWords = ['collection'];
const ownPropertyWords = [
  'dataLength',
  'dataPrecision',
  'dataScale',
  'nullable',
  'null',
  'allowNull',
];

/** Warns of words in a model definition that count for nothing. */
export function warnOfWords(
  {model, properties, settings = {}}: ModelDefinition,
  warn: Warn,
): void {
  const {modelName} = model;
  warnOfNear(settings, settingWords, `The settings of ${modelName}`, warn);
  warnOfOwn(settings['memory'], ownModelWords, modelName, warn);
  for (const [name, property] of Object.entries(properties)) {
    const what = `${modelName}.${name}`;
    warnOfNear(property, propertyWords, what, warn);
    warnOfOwn(property.memory, ownPropertyWords, what, warn);
    warnOfVersion(property, what, warn);
  }
}

function warnOfNear(
  given: object,
  words: readonly string[],
  what: string,
  warn: Warn,
): void {
  for (const word of Object.keys(given)) {
    if (words.includes(word)) continue;
    const meant = nearest(word, words);
    if (meant === undefined || isPlural(word, meant)) continue;
    warn(`${what} has "${word}", which does nothing. Did you mean "${meant}"?`);
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
  }
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
