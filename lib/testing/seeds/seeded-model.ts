import {types} from 'node:util';
import {show} from '../../base/errors';
import {isObject, isRecord} from '../../base/objects';
import {inMemory} from '../../connector/in-memory';
import {type DataSourceLike, modelsOf} from '../watched-models';

/** A property of the juggler's definitions, as far as seeds look at it. */
export interface Property {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly generated?: unknown;
  readonly required?: unknown;
  readonly default?: unknown;
  readonly defaultFn?: unknown;
  readonly applyDefaultOnWrites?: unknown;
}

/** A model class of the juggler, as far as seeds touch it. */
export interface SeedModelClass {
  readonly modelName: string;
  readonly pluralModelName?: string;
  readonly relations?: Readonly<Record<string, Relation>>;
  readonly definition: {
    properties: Readonly<Record<string, Property>>;
    readonly settings: Readonly<Record<string, unknown>>;
  };
  createAll(rows: object[], options: object): Promise<SeedInstance[]>;
  create(rows: object[], options: object): Promise<SeedInstance[]>;
  updateAll(where: object, data: object, options: object): Promise<unknown>;
}

interface Relation {
  readonly type?: string;
  readonly keyFrom?: string;
}

/** A row as the juggler gives it. */
export interface SeedInstance {
  toObject?(): Record<string, unknown>;
}

/** A foreign key to the id of other models. */
export interface ForeignKeyOfModel {
  /** None where it is of several properties. */
  readonly property: string | undefined;
  readonly parents: readonly string[];
  /** The property of the parent that it refers to. */
  readonly parentProperty: string | undefined;
}

/** A model of a datasource that is seeded. */
export class SeededModel {
  readonly name: string;
  readonly idNames: readonly string[];
  readonly foreignKeys: readonly ForeignKeyOfModel[];
  /** Whether it has no other properties than those that are declared. */
  readonly isStrict: boolean;
  readonly properties: Readonly<Record<string, Property>>;
  /** The types of these. */
  readonly types: ReadonlyMap<string, unknown>;
  /** The properties without which a row is refused. */
  readonly required: readonly string[];

  constructor(
    readonly modelClass: SeedModelClass,
    dataSource: DataSourceLike,
  ) {
    const {definition, modelName} = modelClass;
    const {properties, settings} = definition;
    this.name = modelName;
    this.properties = properties;
    this.isStrict = Boolean(settings['strict']);
    const entries = Object.entries(properties);
    this.types = new Map(entries.map(([name, {type}]) => [name, type]));
    this.idNames = entries
      .filter(([, {id}]) => Boolean(id))
      .sort(([, a], [, b]) => Number(a.id) - Number(b.id))
      .map(([name]) => name);
    this.required = entries
      .filter(([, property]) => isNeeded(property))
      .map(([name]) => name);
    this.foreignKeys = inMemory(dataSource)
      .referencesOf(modelName)
      .map(({parentProperties, parents, properties}) => ({
        property: properties.length === 1 ? properties[0] : undefined,
        parents,
        parentProperty: parentProperties[0],
      }));
  }

  /**
   * The property that a key of a row means: that of its name, else the one that keeps
   * the relation of that name, where a reference is given for it.
   */
  propertyOf(key: string, isReference: boolean): string | undefined {
    if (Object.hasOwn(this.properties, key)) return key;
    if (!isReference) return undefined;
    const relation = this.modelClass.relations?.[key];
    if (relation?.type === 'belongsTo') return relation.keyFrom;
    const byConvention = `${key}Id`;
    return Object.hasOwn(this.properties, byConvention)
      ? byConvention
      : undefined;
  }
}

function isNeeded({
  default: byDefault,
  defaultFn,
  generated,
  required,
}: Property): boolean {
  return (
    Boolean(required) &&
    byDefault === undefined &&
    defaultFn === undefined &&
    !generated
  );
}

/** The models of a datasource by their names. */
export function seededModels(
  dataSource: DataSourceLike,
): (name: string) => SeededModel | undefined {
  const classes = new Map(
    modelsOf(dataSource).map(each => [each.modelName, each]),
  );
  const known = new Map<string, SeededModel>();
  return name => {
    const found = known.get(name);
    const modelClass = classes.get(name);
    if (found !== undefined || modelClass === undefined) return found;
    const model = new SeededModel(
      modelClass as unknown as SeedModelClass,
      dataSource,
    );
    known.set(name, model);
    return model;
  };
}

/** What is wrong with a value: that it must be another one. */
export class Problem {
  constructor(readonly text: string) {}
}

type Convert = (value: unknown) => unknown;

const conversions: ReadonlyMap<unknown, Convert> = new Map<unknown, Convert>([
  [Number, convertedNumber],
  [Date, convertedDate],
  [Array, value => convertedList(value, undefined)],
  [
    String,
    value =>
      typeof value === 'string' || isWrittenAsText(value)
        ? value
        : mustBe('a text, in quotes', value),
  ],
  [
    Boolean,
    value =>
      typeof value === 'boolean' ? value : mustBe('true or false', value),
  ],
  [Object, value => (isObject(value) ? value : mustBe('an object', value))],
]);

/** A value of a seed as a value of a type, or a {@link Problem}. Nulls are of every type. */
export function converted(value: unknown, type: unknown): unknown {
  if (value === null || value === undefined) return value;
  const convert = conversions.get(type);
  if (convert !== undefined) return convert(value);
  if (Array.isArray(type)) return convertedList(value, type[0]);
  return isNested(type) && !isRecord(value)
    ? mustBe('an object', value)
    : value;
}

function mustBe(what: string, value: unknown): Problem {
  return new Problem(`must be ${what}, and is ${show(value)}`);
}

/** Ids of MongoDB and the like. */
function isWrittenAsText(value: unknown): boolean {
  return isObject(value) && typeof value['toHexString'] === 'function';
}

function isNested(type: unknown): boolean {
  return typeof type === 'function' && Object.hasOwn(type, 'definition');
}

function convertedNumber(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Number.isNaN(value) ? mustBe('a number', value) : value;
  }
  const isText = typeof value === 'string' && value.trim() !== '';
  const number = isText ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? mustBe('a number', value) : number;
}

function convertedDate(value: unknown): unknown {
  const isGiven = types.isDate(value);
  if (!isGiven && typeof value !== 'string' && typeof value !== 'number') {
    return mustBe('a date', value);
  }
  const date = isGiven ? value : new Date(value);
  return Number.isNaN(date.getTime())
    ? mustBe('a date, such as "2026-01-31" or "2026-01-31T12:00:00Z"', value)
    : date;
}

function convertedList(value: unknown, type: unknown): unknown {
  if (!Array.isArray(value)) return mustBe('a list', value);
  if (type === undefined) return value;
  const list = value.map(element => converted(element, type));
  const i = list.findIndex(element => element instanceof Problem);
  return i === -1
    ? list
    : new Problem(`has element ${i + 1}, which ${(list[i] as Problem).text}`);
}

/** Whether LoopBack counts a required value as missing. */
export function isBlank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}
