import {InMemoryError, show} from '../../base/errors';
import {isRecord} from '../../base/objects';
import type {DataSourceLike} from '../watched-models';

/** Rows of a model: a list, or an object with a name for each: `{alice: {...}}`. */
export type RowsOfModel = readonly object[] | Readonly<Record<string, object>>;

/** A part of a seed that is asked for when its turn has come. */
export type SeedFunction<DS extends DataSourceLike = DataSourceLike> = (
  dataSource: DS,
) => unknown;

/**
 * Where the rows of a seed come from: an object with the rows of each model, the path
 * of a file or of a folder, a function that gives one of these or writes rows
 * itself, or several of them.
 */
export type SeedSource<DS extends DataSourceLike = DataSourceLike> =
  | string
  | Readonly<Record<string, RowsOfModel>>
  | SeedFunction<DS>
  | readonly SeedSource<DS>[];

/** A source that says by itself what it has. */
export type PlainSource = string | Readonly<Record<string, unknown>>;

/** What is done at once: rows of some sources, or a call of a function. */
export type Step = readonly PlainSource[] | SeedFunction;

/** A seed as steps, in its order. Fails with INVALID_SETTING on what is none. */
export function stepsOf(source: unknown): Step[] {
  const steps: Step[] = [];
  let plain: PlainSource[] | undefined;
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) {
      for (const each of part) visit(each);
    } else if (typeof part === 'function') {
      steps.push(part as SeedFunction);
      plain = undefined;
    } else if (typeof part === 'string' || isRecord(part)) {
      if (plain === undefined) steps.push((plain = []));
      plain.push(part);
    } else throw refused(part);
  };
  visit(source);
  return steps;
}

function refused(part: unknown): Error {
  return new InMemoryError(
    'INVALID_SETTING',
    `A seed is an object with the rows of each model, the path of a file or of a ` +
      `folder, a function, or a list of these; it cannot be ${show(part)}.`,
    {property: 'seed'},
  );
}
