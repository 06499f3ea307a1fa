import {columnWord} from '../base/column-words';
import {InMemoryError, show} from '../base/errors';
import {type Cast, compileNestedCasts} from '../schema/nested-casts';
import {declaredType, type TableSchema} from '../schema/schema';
import {
  coerce,
  type ColumnType,
  elementType,
  isArrayType,
  isCoerced,
  isScalar,
  parsed,
  type ScalarType,
} from '../value/coerce';
import {Kind, kindOf} from '../value/compare';
import {convert} from '../value/convert';
import {setOwn} from '../value/copy';
import {roundTo} from '../value/digits';
import {compileValueAt} from '../value/path';

/**
 * Where a row comes from: a caller, who can be refused, a data file, or one that
 * says for what schema its rows were written. Values of other types than that are
 * of a model which declared others meanwhile.
 */
export type Origin = 'caller' | 'file' | 'kept';

/** Whether a value of a column stays as it is, whatever its type. */
type Stands = (column: string, value: unknown) => boolean;

/**
 * Casts values of a row to declared types, inside of objects too; the very row
 * is changed. A number is rounded to the digits that its column has, and a number
 * or date that is none becomes null, as in JSON, unless the table's rules are to
 * refuse it. What is no array where one is declared fails
 * with INVALID_VALUE; in a file it stands for an array of one.
 */
export function castRow(
  row: Record<string, unknown>,
  schema: TableSchema,
  origin: Origin,
): Record<string, unknown> {
  castBy(castColumns(schema, origin), row);
  return row;
}

/** What is known of rows before they are cast. */
export interface KnownOfRows {
  /** What it says so of is not cast. */
  readonly stands: Stands | undefined;
  /** The kinds that values of a property have, at most, where that is known. */
  readonly kinds: ReadonlyMap<string, ReadonlySet<Kind>> | undefined;
}

/** As {@link castRow}, for many rows; columns that need no cast are passed over. */
export function castOfRows(
  schema: TableSchema,
  origin: Origin,
  {kinds, stands}: KnownOfRows,
): (row: Record<string, unknown>) => void {
  const columns = castColumns(schema, origin).filter(({name, held}) => {
    const seen = kinds?.get(name);
    if (seen === undefined || held === undefined) return true;
    return [...seen].some(kind => kind !== Kind.null && kind !== held);
  });
  return row => castBy(columns, row, stands);
}

function castBy(
  columns: readonly CastColumn[],
  row: Record<string, unknown>,
  stands?: Stands,
): void {
  for (const {name, expected, valueOf, cast} of columns) {
    const value = valueOf(row);
    if (value === undefined || value === null) continue;
    // NaN is a number to `typeof`, and differs from itself.
    if (typeof value === expected && value === value) continue;
    if (!stands?.(name, value)) setOwn(row, name, cast(value, name));
  }
}

/**
 * What a column makes of a value of a data file; the very objects are changed.
 * Undefined where nothing is cast.
 */
export function fileCastOf(
  name: string,
  schema: TableSchema,
): Cast | undefined {
  return castColumns(schema, 'file').find(column => column.name === name)?.cast;
}

/** A column whose values are cast. */
interface CastColumn {
  readonly name: string;
  /** What `typeof` says of values that need no cast. */
  readonly expected: string;
  /** The kind of which no value needs a cast; undefined where some do. */
  readonly held: Kind | undefined;
  readonly valueOf: (row: object) => unknown;
  readonly cast: Cast;
}

const castColumnsBySchema: Readonly<
  Record<Origin, WeakMap<TableSchema, readonly CastColumn[]>>
> = {caller: new WeakMap(), file: new WeakMap(), kept: new WeakMap()};

/** The columns whose values are cast; found out once for each schema. */
function castColumns(
  schema: TableSchema,
  origin: Origin,
): readonly CastColumn[] {
  let columns = castColumnsBySchema[origin].get(schema);
  if (columns === undefined) {
    columns = compileColumns(schema, origin);
    castColumnsBySchema[origin].set(schema, columns);
  }
  return columns;
}

function compileColumns(schema: TableSchema, origin: Origin): CastColumn[] {
  const {nested, primaryKey, version} = schema;
  const castOf = (type: ColumnType) => castTo(type, schema, origin);
  const inside = nested && compileNestedCasts(nested, castOf);
  return Object.entries(schema.columns).flatMap(([name, type]) => {
    const {shape} = declaredType(schema, name);
    // An id or version that is NaN is refused, and not generated anew.
    const isCounted = primaryKey.includes(name) || name === version;
    const own = isCounted ? exactCast(type, origin) : castOf(type);
    const inner = shape && inside?.get(shape);
    const round = roundingOf(name, schema);
    const cast = inOrder(inOrder(own, inner), round);
    if (cast === undefined) return [];
    const isPlain = isScalar(type) && inner === undefined;
    return {
      name,
      expected: isTold(type) && round === undefined ? type : '',
      held: isPlain && round === undefined ? Kind[type] : undefined,
      valueOf: compileValueAt([name]),
      cast,
    };
  });
}

function inOrder(
  first: Cast | undefined,
  second: Cast | undefined,
): Cast | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return (value, path) => second(first(value, path), path);
}

/** Rounds to the digits that a column has; undefined where nothing is rounded. */
function roundingOf(name: string, schema: TableSchema): Cast | undefined {
  if (schema.typeChecks === 'strict') return undefined;
  if (!Object.hasOwn(schema.limits, name)) return undefined;
  const {precision, scale} = schema.limits[name]!;
  if (precision === undefined && scale === undefined) return undefined;
  const round = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(round);
    if (typeof value !== 'number') return value;
    return scale === undefined
      ? roundTo(value, Infinity, precision)
      : roundTo(value, scale);
  };
  return round;
}

/** Whether `typeof` tells values of the type from others. */
function isTold(type: ColumnType): boolean {
  return isScalar(type) && type !== 'date';
}

function castTo(
  type: ColumnType,
  schema: TableSchema,
  origin: Origin,
): Cast | undefined {
  const cast =
    schema.typeChecks === 'strict'
      ? exactCast(type, origin)
      : castOrNull(type, origin);
  const parse = origin === 'caller' ? parsed : parsedOrKept;
  if (type === 'json' || type === 'object') return parse;
  if (!isArrayType(type)) return cast;
  return (value, path) => {
    const list = parse(value);
    if (Array.isArray(list)) return cast === undefined ? list : cast(list, '');
    if (origin === 'caller') throw noArray(value, path, type, schema);
    return cast === undefined ? [value] : cast([value], '');
  };
}

/** Of a file nothing is refused: a text that is nested too deep stays one. */
function parsedOrKept(value: unknown): unknown {
  try {
    return parsed(value);
  } catch {
    return value;
  }
}

/** What cannot be cast stays, for the rules of the table to judge. */
function exactCast(type: ColumnType, origin: Origin): Cast | undefined {
  if (!isCoerced(type)) return undefined;
  const scalar = elementType(type) ?? type;
  if (origin !== 'kept' || !isScalar(scalar)) {
    return value => coerce(value, type);
  }
  const isList = isArrayType(type);
  return value => {
    const cast = coerce(value, type);
    return isList && Array.isArray(cast)
      ? cast.map(item => convertedBack(item, scalar))
      : convertedBack(cast, scalar);
  };
}

/** A value of another scalar type as what says the same, if there is any. */
function convertedBack(value: unknown, type: ScalarType): unknown {
  const kind = kindOf(value);
  const isScalarValue = kind >= Kind.boolean && kind <= Kind.date;
  if (kind === Kind[type] || !isScalarValue) return value;
  const {isExact, value: converted} = convert(value, type);
  return isExact ? converted : value;
}

function castOrNull(type: ColumnType, origin: Origin): Cast | undefined {
  const cast = exactCast(type, origin);
  if (isScalar(type)) return value => comparable(cast!(value, ''));
  if (!isScalar(elementType(type))) return cast;
  return value => (cast!(value, '') as unknown[]).map(comparable);
}

/** LoopBack makes NaN of a text that is no number. In JSON that is null. */
function comparable(value: unknown): unknown {
  return kindOf(value) === Kind.invalid ? null : value;
}

function noArray(
  value: unknown,
  property: string,
  type: ColumnType,
  {name: table}: TableSchema,
): InMemoryError {
  const element = elementType(type);
  const expected =
    element === undefined ? 'an array' : `an array of ${element}s`;
  return new InMemoryError(
    'INVALID_VALUE',
    `${table}.${columnWord(table, property)} cannot be ${show(value)}: ` +
      `it must be ${expected}.`,
    {table, property, value, constraint: 'type'},
  );
}
