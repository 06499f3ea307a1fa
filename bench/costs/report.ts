import {lookupCost, scanStartCost} from '../../lib/query/candidate';
import {table} from '../report';
import type {Crossover, Limit} from './crossovers';
import type {StepCost} from './measure';
import type {Layout} from './tables';

/** What was measured on rows that lie in one way. */
export interface Measured {
  readonly layout: Layout;
  readonly steps: readonly StepCost[];
  readonly crossovers: readonly Crossover[];
  readonly limit: Limit;
}

/** Each step, with what the planner takes it for and what it takes. */
export function stepsTable(measured: readonly Measured[]): string {
  const [first] = measured;
  return table(
    ['step', 'guess', ...headingOf(measured)],
    first!.steps.map(({name, guess}, i) => [
      name,
      `${guess}`,
      ...measured.map(({steps}) => {
        const {nanoseconds, ratio} = steps[i]!;
        return `${nanoseconds.toFixed(0)} ns, ${ratio.toFixed(1)}`;
      }),
    ]),
  );
}

/** Each condition, with the share of rows up to which its index is the faster. */
export function crossoversTable(measured: readonly Measured[]): string {
  const [first] = measured;
  const guesses = measured.map(({layout: {rows}}) =>
    ((scanStartCost + rows) / (lookupCost * rows)).toFixed(2),
  );
  return table(
    ['an index is faster up to', '', ...headingOf(measured)],
    [
      ['the guess, but for ids', '', ...guesses],
      ...first!.crossovers.map(({name}, i) => [
        name,
        '',
        ...measured.map(({crossovers}) => crossovers[i]!.at),
      ]),
    ],
  );
}

/** Up to which limit an order is walked, as the planner guesses and as it was measured. */
export function limitTable(measured: readonly Measured[]): string {
  return table(
    ['an order is walked up to a limit of', '', ...headingOf(measured)],
    [
      ['the guess', '', ...measured.map(({limit}) => limit.guess.toFixed(1))],
      [
        'matching rows ^ 2 / rows times',
        '',
        ...measured.map(({limit}) => limit.at),
      ],
    ],
  );
}

function headingOf(measured: readonly Measured[]): string[] {
  return measured.map(({layout}) => layoutText(layout));
}

function layoutText({rows, isScattered}: Layout): string {
  return `${rows.toLocaleString('en')} rows${isScattered ? ', scattered' : ''}`;
}
