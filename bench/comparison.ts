import {race, soak, type Contender, type Pace, type Times} from './harness';
import {ratios, spreadOf, type Spread} from './statistics';

/** A contender with a name and the number of rows that it works on. */
export interface Entrant extends Omit<Contender, 'maxBatch'> {
  readonly name: string;
  readonly rows: number;
  readonly maxBatch?: number;
}

/** What one entrant did: milliseconds per operation by round. */
export interface Timing {
  readonly name: string;
  readonly rows: number;
  readonly times: Times;
}

/** All entrants at one piece of work, timed side by side. */
export interface Comparison {
  readonly work: string;
  readonly timings: readonly Timing[];
}

/** A line of the table of targets. */
export interface Target {
  readonly work: string;
  /** What `measured` is of, for a reader. */
  readonly measure: string;
  readonly measured: Spread;
  readonly atMost: number;
}

/** How a comparison is run. */
export interface ComparisonPace extends Pace {
  /** For so long a lone entrant is kept busy, for a profiler. */
  readonly soakSeconds: number;
}

/** Races the entrants; a lone one has nobody to race and is kept busy instead. */
export async function compare(
  work: string,
  entrants: readonly Entrant[],
  pace: ComparisonPace,
): Promise<Comparison> {
  const contenders = entrants.map(
    ({perform, undo, maxBatch = Number.POSITIVE_INFINITY}): Contender =>
      undo ? {perform, undo, maxBatch} : {perform, maxBatch},
  );
  const times =
    contenders.length === 1
      ? [[await soak(contenders[0]!, pace.soakSeconds)]]
      : await race(contenders, pace);
  const timings = entrants.map(({name, rows}, place) => ({
    name,
    rows,
    times: times[place]!,
  }));
  return {work, timings};
}

/** The timing of an entrant, if it took part. */
export function timingOf(
  {timings}: Comparison,
  name: string,
  rows?: number,
): Timing | undefined {
  return timings.find(
    timing =>
      timing.name === name && (rows === undefined || timing.rows === rows),
  );
}

/** A target for the ratio of two timings; none if either is missing. */
export function ratioTarget(
  {work}: Comparison,
  measure: string,
  [ours, theirs]: readonly [Timing | undefined, Timing | undefined],
  atMost: number,
): Target[] {
  if (!ours || !theirs) return [];
  const measured = spreadOf(ratios(ours.times, theirs.times));
  return [{work, measure, measured, atMost}];
}

/** Whether a target is met, by the median. */
export function isMet({measured, atMost}: Target): boolean {
  return measured.median <= atMost;
}
