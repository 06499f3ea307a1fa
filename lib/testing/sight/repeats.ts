import {isPlainObject, isRecord} from '../../base/objects';
import type {Recorded} from './recorded';

/** Statements of one kind, from one place. */
export interface Repeat {
  readonly statements: readonly Recorded[];
  /** How many calls of methods of models they answer. */
  readonly times: number;
}

/**
 * The statements that were asked more than `max` times from the same place, with other
 * values or the same. What LoopBack asks to answer one call counts once, and nothing
 * that it asks to include what is related; several rows in one statement are what is
 * wanted, and so are the pages of a walk over a table. HTTP requests are told apart.
 */
export function repeatsIn(
  statements: readonly Recorded[],
  max: number,
): Repeat[] {
  const groups = new Map<string, Recorded[]>();
  for (const statement of statements) {
    const key = kindOf(statement);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [statement]);
    else group.push(statement);
  }
  return [...groups.values()]
    .map(group => ({statements: group, times: timesOf(group)}))
    .filter(({statements, times}) => times > max && !arePages(statements));
}

/** The same for statements of one kind; undefined for one that may be repeated. */
function kindOf(statement: Recorded): string | undefined {
  const {method, model, shape} = statement;
  const {place, request} = statement.asked;
  if (model === '' || method === 'createAll' || place.isOfInclude) {
    return undefined;
  }
  // Of what no code of the user is known to have asked nobody can tell.
  const isKnown = place.way !== '' || request !== undefined;
  return isKnown ? [shape, request ?? '', place.way].join('\n') : undefined;
}

/** How many calls there were; what a transaction does again after it failed is one. */
function timesOf(statements: readonly Recorded[]): number {
  const calls = new Set<unknown>();
  const retried = new Map<string, number>();
  for (const statement of statements) {
    const {data, filter, transaction} = statement;
    if (transaction !== undefined) {
      const text = textOf([filter, data]);
      const first = retried.get(text) ?? transaction;
      retried.set(text, first);
      if (first !== transaction) continue;
    }
    calls.add(statement.asked.answers ?? statement);
  }
  return calls.size;
}

/** Whether they walk over one set of rows, some at a time. */
function arePages(statements: readonly Recorded[]): boolean {
  const texts = statements.map(({filter}) => {
    const {limit, skip: _skip, where, ...rest} = filter ?? {};
    const isPage = Number(limit) > 1;
    return isPage ? textOf([rest, limit, beyond(where)]) : '';
  });
  const [first] = texts;
  return (
    first !== '' && texts.every(text => text === first) && areMoving(statements)
  );
}

/** Whether no two begin at the same row. */
function areMoving(statements: readonly Recorded[]): boolean {
  const texts = statements.map(({filter}) => textOf(filter));
  return new Set(texts).size === texts.length;
}

/** A where without the values that a walk goes on from. */
function beyond(where: unknown): unknown {
  if (Array.isArray(where)) return where.map(beyond);
  if (!isPlainObject(where)) return where;
  return Object.fromEntries(
    Object.entries(where).map(([name, value]) => [
      name,
      name === 'gt' || name === 'lt' ? '' : beyond(value),
    ]),
  );
}

/** Values as text; what cannot be written is as good as any other. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'bigint' ? `${each}n` : isRecord(each) ? {...each} : each,
    );
  } catch {
    return String(value);
  }
}
