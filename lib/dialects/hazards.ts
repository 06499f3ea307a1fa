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
