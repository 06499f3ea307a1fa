import {compare, timingOf, type ComparisonPace} from '../comparison';
import {pickItems} from '../fixture';
import type {Times} from '../harness';
import {ratios, spreadOf} from '../statistics';
import {scannedRow, stepsOf} from './steps';
import type {Stock} from './tables';

/** What a step takes. */
export interface StepCost {
  readonly name: string;
  /** What the planner takes it for, in rows that a scan tests. */
  readonly guess: number;
  readonly nanoseconds: number;
  /** In rows that a scan tests, by a text. */
  readonly ratio: number;
}

/** Times the steps beside each other. */
export async function measureSteps(
  {table, items}: Stock,
  pace: ComparisonPace,
): Promise<StepCost[]> {
  const rows = items.length;
  const steps = stepsOf(table, pickItems(rows, items));
  const entrants = steps.map(({name, perform}) => ({name, rows, perform}));
  const comparison = await compare('steps', entrants, pace);
  const timesOf = (name: string): Times => timingOf(comparison, name)!.times;
  const perTime = (name: string): Times => {
    const {times, less} = steps.find(step => step.name === name)!;
    const all = timesOf(name);
    const own = less === undefined ? all : difference(all, timesOf(less));
    return own.map(ms => ms && ms / times);
  };
  const unit = perTime(scannedRow);
  return steps.map(({name, guess}) => ({
    name,
    guess,
    nanoseconds: spreadOf(perTime(name)).median * 1e6,
    ratio: spreadOf(ratios(perTime(name), unit)).median,
  }));
}

/** What `times` are above others; undefined in a round that either sat out. */
function difference(times: Times, others: Times): Times {
  return times.map((ms, round) => {
    const other = others[round];
    return ms === undefined || other === undefined ? undefined : ms - other;
  });
}
