import type * as fc from 'fast-check';

/** A kind of column: how it is declared, and values that fit it, or do not. */
export interface Kind {
  readonly definition: Readonly<Record<string, any>>;
  readonly fitting: fc.Arbitrary<any>;
  readonly odd: fc.Arbitrary<any>;
  /** Whether its values have an order that SQL can ask for. */
  readonly isOrdered: boolean;
  readonly isText?: boolean;
  /** Operators beside those of all columns, and their operands. */
  readonly operators?: Readonly<Record<string, fc.Arbitrary<any>>>;
}

/** The kinds of a database by names, which those of columns are. */
export type Kinds = Readonly<Record<string, Kind>>;

type Rest = Partial<Pick<Kind, 'isOrdered' | 'isText' | 'operators'>>;

export function kind(
  definition: object,
  fitting: fc.Arbitrary<any>,
  odd: fc.Arbitrary<any> = fitting,
  more: Rest = {},
): Kind {
  return {definition, fitting, odd, isOrdered: true, ...more};
}
