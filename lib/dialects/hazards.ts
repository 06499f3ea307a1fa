import {InMemoryError} from '../base/errors';

/**
 * What a call would do in production that nobody means, and how to write what is
 * meant.
 */
export interface Hazard {
  /** `PostgreSQL ignores "tpyo", which City does not have: all rows match`. */
  readonly what: string;
  /** `Write the name of a property`. */
  readonly instead: string;
}

/** Meets a hazard: lets it be, or fails with EMULATION_HAZARD. */
export type MeetHazard = (table: string, hazard: Hazard) => void;

/** For `hazards: 'error'`. */
export const refuseHazard: MeetHazard = (table, {what, instead}) => {
  throw new InMemoryError(
    'EMULATION_HAZARD',
    `${what}. ${instead}, or do as production does by ` +
      "emulate: {hazards: 'copy'}.",
    {table},
  );
};

/** For `hazards: 'copy'`. */
export const copyHazard: MeetHazard = () => undefined;

/** Only one operator of a property counts, the first of those given. */
export function severalOperators(
  property: string,
  [first, ...others]: readonly string[],
  who: string,
): Hazard {
  return {
    what:
      `${who} reads one operator of ${property}, "${first}", and leaves ` +
      `out "${others.join('", "')}"`,
    instead: 'Write and: [...] with one operator in each clause',
  };
}

/** A statement by an id of several properties goes by the first of them. */
export function partOfId(
  model: string,
  statement: string,
  {ids, rows, said}: {ids: readonly string[]; rows: number; said: string},
): Hazard {
  const [first, ...others] = ids;
  return {
    what:
      `${said} goes by ${first} alone, the first id of ${model}: ${statement} ` +
      `is of ${rows} rows, whatever their ${others.join(', ')}`,
    instead: 'Write a where with all of its ids',
  };
}
