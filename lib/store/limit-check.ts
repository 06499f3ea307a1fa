import {show} from '../base/errors';
import type {ColumnLimits} from '../schema/rules';
import {equalValues} from '../value/compare';
import {countDigits} from '../value/digits';

/** The limit that a value breaks, and what it asks, in words. */
export interface BrokenLimit {
  readonly constraint: keyof ColumnLimits;
  readonly reason: string;
}

/** Tells which limit a value breaks, if any. */
export type LimitCheck = (value: unknown) => BrokenLimit | undefined;

type CheckOf<T> = (
  limit: T,
  limits: ColumnLimits,
) => (value: unknown) => string | undefined;

/** For each limit the check that says what a value would have to be. */
const checks: {
  readonly [Name in keyof ColumnLimits]-?: CheckOf<
    NonNullable<ColumnLimits[Name]>
  >;
} = {
  maxLength: limit => value =>
    isShortEnough(value, limit)
      ? undefined
      : `at most ${describeLength(value, limit)}`,
  minLength: limit => value =>
    isLongEnough(value, limit)
      ? undefined
      : `at least ${describeLength(value, limit)}`,
  minimum: limit => value =>
    isNumber(value) && value < limit ? `at least ${limit}` : undefined,
  maximum: limit => value =>
    isNumber(value) && value > limit ? `at most ${limit}` : undefined,
  precision: (limit, {scale}) => {
    if (scale === undefined) {
      return value =>
        isNumber(value) && countDigits(value).significant > limit
          ? `a number of at most ${limit} digits`
          : undefined;
    }
    const whole = Math.max(0, limit - scale);
    const bound = 10 ** whole;
    return value =>
      isNumber(value) && (value >= bound || value <= -bound)
        ? `a number of at most ${whole} digits before the point`
        : undefined;
  },
  scale: limit => value =>
    isFraction(value) && countDigits(value).fraction > limit
      ? `a number of at most ${limit} digits behind the point`
      : undefined,
  enum: values => value =>
    values.some(each => equalValues(each, value))
      ? undefined
      : `one of ${values.map(show).join(', ')}`,
};

/** The limits of a column as one check of a value that is not null. */
export function compileLimits(limits: ColumnLimits): LimitCheck {
  const compiled = Object.entries(limits).map(([name, limit]) => {
    const constraint = name as keyof ColumnLimits;
    const check = checks[constraint] as CheckOf<unknown>;
    return {constraint, check: check(limit, limits)};
  });
  return value => {
    for (const {constraint, check} of compiled) {
      const reason = check(value);
      if (reason !== undefined) return {constraint, reason};
    }
    return undefined;
  };
}

/** The check of an array's elements by the check of one. */
export function ofElements(check: LimitCheck): LimitCheck {
  return value => {
    if (!Array.isArray(value)) return check(value);
    for (const element of value) {
      const broken = element === null ? undefined : check(element);
      if (broken !== undefined) return broken;
    }
    return undefined;
  };
}

/** NaN breaks no limit: it is less and greater than nothing. */
function isNumber(value: unknown): value is number | bigint {
  return (
    (typeof value === 'number' && !Number.isNaN(value)) ||
    typeof value === 'bigint'
  );
}

function isFraction(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    !Number.isInteger(value)
  );
}

function isShortEnough(value: unknown, limit: number): boolean {
  if (typeof value === 'string') {
    return value.length <= limit || countCodePoints(value, limit) <= limit;
  }
  return !(value instanceof Uint8Array) || value.length <= limit;
}

function isLongEnough(value: unknown, limit: number): boolean {
  if (typeof value === 'string') return countCodePoints(value, limit) >= limit;
  return !(value instanceof Uint8Array) || value.length >= limit;
}

/** The number of code points; counting ends when there are more than `enough`. */
function countCodePoints(text: string, enough: number): number {
  let count = 0;
  const codePoints = text[Symbol.iterator]();
  while (count <= enough && !codePoints.next().done) count++;
  return count;
}

function describeLength(value: unknown, limit: number): string {
  return `${limit} ${typeof value === 'string' ? 'characters' : 'bytes'} long`;
}
