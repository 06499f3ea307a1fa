import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import type {ColumnLimits} from '../schema/rules';
import {coerceOperand, type ColumnType} from '../value/coerce';
import {
  type ModelDefinition,
  ownSettings,
  type PropertyDefinition,
} from './loopback';

/** A property of a model, for errors. */
interface Place {
  readonly model: string;
  readonly property: string;
}

/**
 * The limits that a model declares for its properties: `length` (or `limit`),
 * `precision` and `scale`, `memory: {dataLength, dataPrecision, dataScale}`
 * which go before them, and `jsonSchema: {minLength, maxLength, minimum,
 * maximum, enum}`. Where two of them are a greatest length, the lesser counts.
 *
 * Fails with INVALID_MODEL on a limit that cannot be.
 */
export function declaredLimits(
  {model, properties}: ModelDefinition,
  columns: Readonly<Record<string, ColumnType>>,
): Record<string, ColumnLimits> {
  const limits: Record<string, ColumnLimits> = {};
  for (const [name, property] of Object.entries(properties)) {
    // What makes ids knows nothing of limits.
    if (property.id && property.generated) continue;
    const place = {model: model.modelName, property: name};
    const declared = limitsOf(property, columns[name]!, place);
    if (Object.keys(declared).length > 0) limits[name] = declared;
  }
  return limits;
}

function limitsOf(
  property: PropertyDefinition,
  type: ColumnType,
  place: Place,
): ColumnLimits {
  const own = ownSettings(property);
  const schema = jsonSchemaOf(property);
  // SQL connectors read a length or precision of 0 as none.
  const length = own['dataLength'] || property.length || property.limit;
  const precision = own['dataPrecision'] || property.precision;
  const read = (name: string, given: unknown) => numberOf(name, given, place);
  const limits: Partial<Record<keyof ColumnLimits, unknown>> = {
    maxLength: lesser(
      read('length', length || undefined),
      read('maxLength', schema['maxLength']),
    ),
    minLength: read('minLength', schema['minLength']),
    minimum: read('minimum', schema['minimum']),
    maximum: read('maximum', schema['maximum']),
    precision: read('precision', precision || undefined),
    scale: read('scale', own['dataScale'] ?? property.scale),
    enum: valuesOf(schema['enum'], type, place),
  };
  const given = Object.entries(limits).filter(
    ([, limit]) => limit !== undefined,
  );
  return Object.fromEntries(given);
}

function jsonSchemaOf({jsonSchema}: PropertyDefinition): {
  readonly [name: string]: unknown;
} {
  return isObject(jsonSchema) ? jsonSchema : {};
}

function lesser(a: number | undefined, b: number | undefined) {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** Bounds may be any number; what counts characters or digits is whole. */
function numberOf(
  name: string,
  given: unknown,
  place: Place,
): number | undefined {
  if (given === undefined || given === null) return undefined;
  const isBound = name === 'minimum' || name === 'maximum';
  const number = typeof given === 'string' ? Number(given) : given;
  if (typeof number === 'number') {
    const isSound = isBound
      ? !Number.isNaN(number)
      : Number.isInteger(number) && number >= 0;
    if (isSound) return number;
  }
  const expected = isBound ? 'a number' : 'an integer that is not negative';
  throw malformed(name, given, expected, place);
}

/**
 * The values of an `enum`, in the form in which the column stores them. Null passes
 * every limit, and is named in a schema for others who hold values to it.
 */
function valuesOf(
  given: unknown,
  type: ColumnType,
  place: Place,
): unknown[] | undefined {
  if (given === undefined || given === null) return undefined;
  if (!Array.isArray(given)) {
    throw malformed('enum', given, 'an array of values', place);
  }
  return given
    .filter(value => value !== null)
    .map(value => coerceOperand(value, type));
}

function malformed(
  name: string,
  given: unknown,
  expected: string,
  {model, property}: Place,
): InMemoryError {
  return new InMemoryError(
    'INVALID_MODEL',
    `The ${name} of ${model}.${property} cannot be ${show(given)}; ` +
      `it must be ${expected}.`,
    {table: model, property, constraint: name, value: given},
  );
}
