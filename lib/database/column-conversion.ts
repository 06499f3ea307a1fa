import {isDeepStrictEqual} from 'node:util';
import {show} from '../base/errors';
import {type Cast, compileNestedCasts} from '../schema/nested-casts';
import {columnType, declaredType, type TableSchema} from '../schema/schema';
import {coerce, type ColumnType} from '../value/coerce';
import {Kind, kindOf} from '../value/compare';
import {convert} from '../value/convert';
import {copyValueOut} from '../value/copy';
import {fileCastOf} from './row-casts';

/** How a column changes. */
export interface ColumnChange {
  /** The schema that is kept, under the new names of its columns. */
  readonly previous: TableSchema | undefined;
  readonly schema: TableSchema;
  /** Whether the column has another type than before. */
  readonly isRetyped: boolean;
  /** Whether values may be converted that do not convert exactly. */
  readonly isLossy: boolean;
}

/** A value that does not convert, at a path in its row. */
interface Inexact {
  readonly property: string;
  readonly value: unknown;
  readonly reason: string;
}

/** Converts the values of a column to what is declared of it now. */
export class ColumnConversion {
  private readonly type: ColumnType;
  private readonly castInside: Cast | undefined;
  /** Rounds numbers. */
  private readonly round: Cast | undefined;
  /** The greatest length of a text that is to be cut. */
  private readonly maxLength: number | undefined;
  private inexact: Inexact[] = [];

  constructor(
    private readonly name: string,
    private readonly change: ColumnChange,
  ) {
    const {isLossy, schema} = change;
    this.type = columnType(schema, name);
    this.castInside = this.compileInside();
    const limits = Object.hasOwn(schema.limits, name)
      ? schema.limits[name]!
      : {};
    const isRounded =
      limits.precision !== undefined || limits.scale !== undefined;
    this.round = isRounded ? fileCastOf(name, schema) : undefined;
    this.maxLength = isLossy ? limits.maxLength : undefined;
  }

  /** Converts what is inside of objects where it has another type than before. */
  private compileInside(): Cast | undefined {
    const {previous, schema} = this.change;
    const {shape} = declaredType(schema, this.name);
    if (schema.nested === undefined || shape === undefined) return undefined;
    const casts = compileNestedCasts(schema.nested, type =>
      type === 'any'
        ? undefined
        : (value, path) =>
            previous !== undefined && columnType(previous, path) === type
              ? value
              : this.converted(value, type, path),
    );
    return casts.get(shape);
  }

  /**
   * What becomes of a value; the very value where it stays. What does not convert
   * exactly is refused, and stays, unless it may be lossy.
   */
  convert(value: unknown, refuse: (problem: Inexact) => void): unknown {
    if (value === null || value === undefined) return value;
    this.inexact = [];
    // A cast changes what is inside of the very value.
    const own = typeof value === 'object' ? copyValueOut(value) : value;
    const converted = this.limited(this.cast(own));
    if (this.inexact.length > 0 && !this.change.isLossy) {
      this.inexact.forEach(refuse);
      return value;
    }
    return isDeepStrictEqual(converted, value) ? value : converted;
  }

  private cast(value: unknown): unknown {
    const {castInside, name, type} = this;
    const own = this.change.isRetyped
      ? this.converted(value, type, name)
      : value;
    return castInside === undefined ? own : castInside(own, name);
  }

  private converted(value: unknown, type: ColumnType, path: string): unknown {
    const {value: converted, isExact} = convert(value, type);
    if (!isExact) {
      const reason = `${show(value)} does not convert to ${type} exactly`;
      this.inexact.push({property: path, value, reason});
    }
    return converted;
  }

  private limited(value: unknown): unknown {
    const {maxLength, name: property, round, type} = this;
    if (maxLength !== undefined && typeof value === 'string') {
      return firstCharacters(value, maxLength);
    }
    if (round === undefined || value === null) return value;
    const rounded = round(value, property);
    const isNumber = kindOf(rounded) === Kind.number || Array.isArray(rounded);
    if (isNumber && !isDeepStrictEqual(rounded, coerce(value, type))) {
      const reason = `${show(value)} would be rounded`;
      this.inexact.push({property, value, reason});
    }
    return rounded;
  }
}

function firstCharacters(text: string, count: number): string {
  return text.length <= count
    ? text
    : Array.from(text).slice(0, count).join('');
}
