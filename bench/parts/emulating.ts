import {cases} from '../cases';
import {
  type Comparison,
  ratioTarget,
  type Target,
  timingOf,
} from '../comparison';
import type {Part} from '../part';
import {emulations, inmemory} from '../peers/inmemory';
import {raceThrough} from './juggler';

/** A case must take no longer than this many times the same without `emulate`. */
const maxTimesDefault = 1.3;

const contenders = [inmemory, ...emulations];

/** Statements of applications that emulate another database. */
export const emulating: Part = {
  name: 'emulate',
  title: 'With emulate',
  works: cases.map(({name}) => name),
  peers: contenders.map(({name}) => name),
  measure: request => raceThrough(contenders, targetsOf, request),
};

function targetsOf(comparison: Comparison): Target[] {
  return emulations.flatMap(({name}) =>
    ratioTarget(
      {...comparison, work: `${comparison.work}, ${name}`},
      'times the same without emulate',
      [timingOf(comparison, name), timingOf(comparison, inmemory.name)],
      maxTimesDefault,
    ),
  );
}
