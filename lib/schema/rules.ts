/**
 * What the values of a column may be beyond its type. Null passes every limit;
 * of an array with declared elements each element is held to them.
 */
export interface ColumnLimits {
  /** The least number of characters (code points) of a text, or of bytes. */
  readonly minLength?: number;
  /** The greatest number of characters (code points) of a text, or of bytes. */
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** The greatest number of decimal digits before and behind the point. */
  readonly precision?: number;
  /**
   * The greatest number of decimal digits behind the point. With a precision as
   * well, `precision - scale` digits may stand before it.
   */
  readonly scale?: number;
  /** The values that there are. */
  readonly enum?: readonly unknown[];
}

/** What becomes of a value that its declared type cannot hold. */
export type TypeChecks = 'coerce' | 'strict';

/** What becomes of a filter that names what the table does not declare. */
export type UnknownProperties = 'allow' | 'error';

/** The rules of a table besides its indexes, as data. */
export interface TableRules {
  /** The properties that must have a value in every row; ids are not listed. */
  readonly notNull: readonly string[];
  readonly limits: Readonly<Record<string, ColumnLimits>>;
  /** `coerce` stores what cannot be cast as it is; `strict` refuses it. */
  readonly typeChecks: TypeChecks;
  readonly unknownProperties: UnknownProperties;
  /** The property that counts the updates of a row, beginning at 1. */
  readonly version?: string;
}

/** The rules of a table that has none. */
export const noRules: TableRules = {
  notNull: [],
  limits: {},
  typeChecks: 'coerce',
  unknownProperties: 'allow',
};

/** The row version of a row that is updated at one; a row without it gets 1. */
export function rowVersionAfter(version: unknown): number {
  return typeof version === 'number' ? version + 1 : 1;
}
