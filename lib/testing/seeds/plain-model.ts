import {types} from 'node:util';
import {isPlainObject} from '../../base/objects';
import {inMemory} from '../../connector/in-memory';
import type {DataSourceLike} from '../watched-models';
import {defaultOf, GeneratedValues} from './generated-values';
import {isBlank, type Property, type SeededModel} from './seeded-model';

/** Parts of a model class by which an application has a say in what is written. */
interface Class {
  readonly createAll: unknown;
  readonly setter?: object;
  readonly validations?: Readonly<Record<string, readonly Validation[]>>;
  readonly _observers?: Readonly<Record<string, readonly unknown[]>>;
  readonly [hook: string]: unknown;
}

interface Validation {
  readonly validation: string;
  readonly options?: object;
}

const hooks =
  'afterInitialize initialize beforeValidate afterValidate beforeValidation ' +
  'beforeSave afterSave beforeCreate afterCreate';

/** Settings by which the juggler writes rows otherwise. */
const settings = ['scope', 'attributes', 'persistUndefinedAsNull', 'base'];

/** Settings of properties by which it does. */
const settingsOfProperties = [
  'applyDefaultOnWrites',
  'persistDefaultValues',
  'validations',
];

const plainTypes: ReadonlySet<unknown> = new Set([
  String,
  Number,
  Boolean,
  Date,
  Object,
]);

/**
 * Whether an application has no say in what is written but by the definition of a
 * model, so that a class of the same definition writes the same.
 */
export function isByDefinition(
  {modelClass, properties}: SeededModel,
  dataSource: DataSourceLike,
): boolean {
  const own = modelClass as unknown as Class;
  const {DataAccessObject} = dataSource as {
    DataAccessObject?: {createAll?: unknown};
  };
  return (
    own.createAll === DataAccessObject?.createAll &&
    !hasHooks(own) &&
    settings.every(name => !modelClass.definition.settings[name]) &&
    Object.entries(own.validations ?? {}).every(([name, list]) =>
      list.every(each => isKnown(each, properties[name])),
    )
  );
}

/**
 * Whether all that the juggler does to new rows of a model is known: it gives them
 * defaults, and checks what is required. It takes ten times as long for it as
 * it takes to write the rows.
 */
export function isPlain(
  model: SeededModel,
  dataSource: DataSourceLike,
): boolean {
  return (
    !isEmulating(dataSource) &&
    isByDefinition(model, dataSource) &&
    Object.values(model.properties).every(isPlainProperty)
  );
}

/** Whether the datasource emulates another database, which has its own rules. */
export function isEmulating(dataSource: DataSourceLike): boolean {
  return Boolean(inMemory(dataSource).settings['emulate']);
}

function hasHooks(own: Class): boolean {
  return (
    hooks.split(' ').some(name => own[name]) ||
    Object.keys(own.setter ?? {}).length > 0 ||
    Object.values(own._observers ?? {}).some(list => list.length > 0)
  );
}

function isPlainProperty(property: Property): boolean {
  const {type} = property;
  const ofList = Array.isArray(type) ? (type[0] as unknown) : type;
  const isList = Array.isArray(type);
  return (
    plainTypes.has(ofList) &&
    !(isList && ofList === Object) &&
    settingsOfProperties.every(name => !(name in property))
  );
}

/** The checks that are made here, and that of a date, which is one by then. */
function isKnown(
  {options = {}, validation}: Validation,
  property: Property | undefined,
): boolean {
  if (Object.keys(options).length > 0) return false;
  switch (validation) {
    case 'presence':
      return Boolean(property?.required);
    case 'absence':
      return Boolean(property?.id);
    default:
      return validation === 'date' && property?.type === Date;
  }
}

const real = new GeneratedValues();

/**
 * A row as the juggler would hand it to the connector, of a model that {@link isPlain};
 * undefined where the juggler would have more to do.
 */
export function plainRow(
  {properties}: SeededModel,
  values: Readonly<Record<string, unknown>>,
  generated: GeneratedValues = real,
): Record<string, unknown> | undefined {
  const row: Record<string, unknown> = {};
  for (const name in properties) {
    const property = properties[name]!;
    const value =
      values[name] ?? valueByDefault(values[name], property, generated);
    const isMissing = property.required && isBlank(value);
    if (isMissing || !isPlainValue(value, property.type)) return undefined;
    if (value !== undefined) row[name] = value;
  }
  for (const name in values) {
    if (Object.hasOwn(properties, name)) continue;
    const value = values[name];
    if (!isScalar(value) || /^__|\./.test(name)) return undefined;
    row[name] = value;
  }
  return row;
}

/** What the juggler has for a value that is null, which stays, or undefined. */
function valueByDefault(
  value: unknown,
  property: Property,
  generated: GeneratedValues,
): unknown {
  return value === null ? null : defaultOf(property, generated);
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}

const typeWords: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [String, 'string'],
  [Number, 'number'],
  [Boolean, 'boolean'],
]);

function isPlainValue(value: unknown, type: unknown): boolean {
  if (value === undefined || value === null) return true;
  const word = typeWords.get(type);
  if (word !== undefined) return typeof value === word;
  if (type === Date) return types.isDate(value);
  if (!Array.isArray(type)) return isPlainObject(value);
  return (
    Array.isArray(value) &&
    value.every(
      each => (each ?? undefined) !== undefined && isPlainValue(each, type[0]),
    )
  );
}
