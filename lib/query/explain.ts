import {unreachable} from '../base/assert';
import {show} from '../base/errors';
import {primaryKeyName, type TableSchema} from '../schema/schema';
import {Cut} from '../store/tree/key-order';
import type {KeyRange} from '../store/tree/tree';
import type {Condition} from './condition';
import {describeCondition, list} from './describe-condition';
import type {Result} from './execute';
import type {Access, Ordering, Plan} from './plan';

/** How a query was answered: what `connector.explain` returns. */
export interface Explanation {
  /** How the rows were reached. */
  readonly accessPath:
    'none' | 'scan' | 'primary key' | 'index' | 'union' | 'geo index';
  /** The names of the indexes used; PRIMARY is the table's own order by id. */
  readonly indexes: readonly string[];
  /** Whether the index alone answered, so that no rows had to be read. */
  readonly isCovered: boolean;
  /** Rows, or entries of a covering index, looked at, matching or not. */
  readonly rowsExamined: number;
  readonly rowsReturned: number;
  /** Whether the rows, or their ids, had to be sorted after they were found. */
  readonly isSorted: boolean;
  /** The plan as a few lines for people. */
  readonly text: string;
  /** The plan as data. Its shape may change between minor versions. */
  readonly plan: Plan;
}

/** Describes a plan and what its execution took. */
export function explain(
  plan: Plan,
  result: Result,
  schema: TableSchema,
): Explanation {
  const lines = [
    ...describePlan(plan, schema),
    `rows examined ${result.rowsExamined}, returned ${result.rows.length}`,
  ];
  return {
    accessPath: accessPath(plan.access),
    indexes: [...new Set(indexesOf(plan.access))],
    isCovered: plan.covered !== undefined,
    rowsExamined: result.rowsExamined,
    rowsReturned: result.rows.length,
    isSorted: plan.ordering.kind !== 'access',
    text: asText(lines),
    plan,
  };
}

/** A plan as a few lines for people. */
export function planText(plan: Plan, schema: TableSchema): string {
  return asText(describePlan(plan, schema));
}

function describePlan(plan: Plan, schema: TableSchema): string[] {
  return [
    `${schema.name}: ${describeAccess(plan.access)}`,
    ...(plan.covered ? [`take ${plan.covered.join(', ')} from the index`] : []),
    ...describeResidual(plan.residual),
    ...describeOrdering(plan.ordering),
    ...describeLimit(plan),
  ];
}

function asText(lines: readonly string[]): string {
  return lines.join('\n  ');
}

function accessPath(access: Access): Explanation['accessPath'] {
  switch (access.kind) {
    case 'none':
    case 'scan':
    case 'union':
      return access.kind;
    case 'near':
      return 'geo index';
    case 'keys':
    case 'ranges':
      return access.index === primaryKeyName ? 'primary key' : 'index';
    default:
      return unreachable(access);
  }
}

function indexesOf(access: Access): string[] {
  switch (access.kind) {
    case 'none':
    case 'scan':
      return [];
    case 'union':
      return access.branches.flatMap(indexesOf);
    default:
      return [access.index];
  }
}

/** An access as text for people. */
export function describeAccess(access: Access): string {
  switch (access.kind) {
    case 'none':
      return 'nothing can match';
    case 'scan':
      return `scan of all rows by id${access.isReverse ? ', backwards' : ''}`;
    case 'keys':
      return `index ${access.index}, keys ${list(access.keys.map(show))}`;
    case 'ranges':
      return (
        `index ${access.index}, ${list(access.ranges.map(describeRange))}` +
        (access.isReverse ? ', backwards' : '')
      );
    case 'union':
      return `union of ${access.branches.map(describeAccess).join(' | ')}`;
    case 'near':
      return `geo index ${access.index}, around ${show(access.near.center)}`;
    default:
      return unreachable(access);
  }
}

function describeRange({low, high}: KeyRange): string {
  return `from ${describeCut(low, 'the start')} to ${describeCut(high, 'the end')}`;
}

function describeCut(cut: Cut | undefined, otherwise: string): string {
  return cut === undefined
    ? otherwise
    : `${cut.side} (${cut.values.map(show).join(', ')})`;
}

/** The test of the rows reached as a line, if there is one. */
export function describeResidual(residual: Condition): string[] {
  return residual.kind === 'always'
    ? []
    : [`test ${describeCondition(residual)}`];
}

function describeOrdering(ordering: Ordering): string[] {
  switch (ordering.kind) {
    case 'access':
      return [];
    case 'sort': {
      const keys = ordering.keys.map(
        ({path, direction, by}) =>
          `${path} ${direction === 1 ? 'ASC' : 'DESC'}` +
          (by === undefined ? '' : ` (${by.name})`),
      );
      return [`sort by ${[...keys, 'id'].join(', ')}`];
    }
    case 'distance':
      return ['sort by distance, id'];
    default:
      return unreachable(ordering);
  }
}

function describeLimit({limit, skip}: Plan): string[] {
  const parts = [
    ...(skip > 0 ? [`skip ${skip}`] : []),
    ...(limit < Infinity ? [`limit ${limit}`] : []),
  ];
  return parts.length === 0 ? [] : [parts.join(', ')];
}
