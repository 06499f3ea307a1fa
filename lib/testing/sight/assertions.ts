import {AssertionError} from 'node:assert';
import {InMemoryError, show} from '../../base/errors';
import {isPlainObject} from '../../base/objects';
import type {DataSourceLike} from '../watched-models';
import {mendingOf} from './mending';
import {missingIndex} from './missing-index';
import {noted} from './record';
import type {Recorded} from './recorded';
import {repeatsIn} from './repeats';
import {tableOf} from './table';

/**
 * How many statements are expected: so many, from `min` to `max`, or of each model so
 * many and of others none.
 */
export type ExpectedStatements =
  | number
  | {readonly min?: number; readonly max?: number}
  | Readonly<Record<string, number>>;

/** As `assertStatements` of sight-when-called.ts says. */
export async function assertStatements<DS extends DataSourceLike, T>(
  dataSource: DS,
  expected: ExpectedStatements,
  fn: (dataSource: DS) => T | Promise<T>,
): Promise<T> {
  const {max, min, models, text} = understood(expected);
  const {result, statements} = await noted(dataSource, fn);
  const counted = statements.filter(({model}) => model !== '');
  const count = counted.length;
  const isAsExpected = models
    ? areCounts(counted, models)
    : count >= min && count <= max;
  if (isAsExpected) return result;
  throw failure(
    assertStatements,
    `${count} ${count === 1 ? 'statement' : 'statements'} ran, expected ${text}:`,
    counted,
  );
}

/** Which scans are no failure. */
export interface ScanOptions {
  /** Models that may be scanned, or calls of theirs: `['Setting', 'City.count']`. */
  readonly allow?: readonly string[];
}

/** As `assertNoScans` of sight-when-called.ts says. */
export async function assertNoScans<DS extends DataSourceLike, T>(
  dataSource: DS,
  fn: (dataSource: DS) => T | Promise<T>,
  {allow = []}: ScanOptions = {},
): Promise<T> {
  if (!Array.isArray(allow)) {
    throw invalid('allow', allow, "a list of names: ['City', 'City.find']");
  }
  const {result, statements} = await noted(dataSource, fn);
  const scans = statements.filter(
    each => isScan(each) && !allow.some(name => isNamed(each, name)),
  );
  if (scans.length === 0) return result;
  const indexes = scans.map(each => missingIndex(each.model, each.filter!));
  throw failure(
    assertNoScans,
    `${scans.length} of ${statements.length} statements looked at all rows of a ` +
      'table to find some:',
    scans,
    `What would mend it:\n  ${[...new Set(indexes)].join('\n  ')}`,
  );
}

/** How often a statement may be asked. */
export interface RepeatOptions {
  /** So often from one place; default 1. */
  readonly max?: number;
}

/** As `assertNoRepeatedStatements` of sight-when-called.ts says. */
export async function assertNoRepeatedStatements<DS extends DataSourceLike, T>(
  dataSource: DS,
  fn: (dataSource: DS) => T | Promise<T>,
  {max = 1}: RepeatOptions = {},
): Promise<T> {
  if (!isCount(max)) throw invalid('max', max, 'a number from 0 on');
  const {result, statements} = await noted(dataSource, fn);
  const repeats = repeatsIn(statements, max);
  if (repeats.length === 0) return result;
  const mended = repeats.map(repeat => {
    const {model} = repeat.statements[0]!;
    const from = repeat.statements[0]!.from ?? 'an HTTP request';
    const mending = mendingOf(repeat, statements, dataSource);
    return `${from} asked ${model} ${repeat.times} times: ${mending}`;
  });
  throw failure(
    assertNoRepeatedStatements,
    'The same kind of statement was asked again and again:',
    repeats.flatMap(repeat => repeat.statements),
    `What would mend it:\n  ${mended.join('\n  ')}`,
  );
}

function failure(
  caller: Function,
  sentence: string,
  statements: readonly Recorded[],
  mending?: string,
): AssertionError {
  const parts = [sentence, tableOf(statements), ...(mending ? [mending] : [])];
  return new AssertionError({
    message: parts.join('\n'),
    stackStartFn: caller,
  });
}

function understood(expected: ExpectedStatements): {
  readonly min: number;
  readonly max: number;
  readonly models?: Readonly<Record<string, number>>;
  readonly text: string;
} {
  if (isCount(expected)) {
    return {min: expected, max: expected, text: String(expected)};
  }
  const entries = isPlainObject(expected) ? Object.entries(expected) : [];
  if (entries.length === 0 || !entries.every(([, count]) => isCount(count))) {
    throw invalid(
      'expected',
      expected,
      'a number, {min, max} or {Model: number}',
    );
  }
  const areBounds = entries.every(([name]) => name === 'min' || name === 'max');
  if (!areBounds) {
    const models = expected as Readonly<Record<string, number>>;
    return {min: 0, max: 0, models, text: show(models)};
  }
  const {max = Infinity, min = 0} = expected as {min?: number; max?: number};
  if (min > max) throw invalid('expected', expected, 'with min up to max');
  const text = max === Infinity ? `at least ${min}` : `${min} to ${max}`;
  return {min, max, text: min === 0 ? `at most ${max}` : text};
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function areCounts(
  statements: readonly Recorded[],
  models: Readonly<Record<string, number>>,
): boolean {
  const counts = new Map<string, number>();
  for (const {model} of statements) {
    counts.set(model, (counts.get(model) ?? 0) + 1);
  }
  const names = new Set([...counts.keys(), ...Object.keys(models)]);
  return [...names].every(
    name => (counts.get(name) ?? 0) === (models[name] ?? 0),
  );
}

/** Whether all rows, or all entries of an index, are looked at to find some. */
function isScan({plan}: Recorded): boolean {
  if (plan === undefined) return false;
  const {access, limit, residual} = plan.plan;
  const isTested = residual.kind !== 'always';
  if (access.kind === 'scan') {
    return isTested || (plan.isSorted && limit < Infinity);
  }
  const isWhole =
    access.kind === 'ranges' &&
    access.ranges.some(
      ({high, low}) => low === undefined && high === undefined,
    );
  return isWhole && isTested;
}

function isNamed({call, method, model}: Recorded, name: string): boolean {
  return name === model || name === call || name === `${model}.${method}`;
}

function invalid(
  property: string,
  value: unknown,
  expected: string,
): InMemoryError {
  return new InMemoryError(
    'INVALID_SETTING',
    `The argument ${property} cannot be ${show(value)}; it must be ${expected}.`,
    {property, value},
  );
}
