import {runChild} from '../child';
import type {Outcome, Part, Request} from '../part';
import {table} from '../report';
import {spreadOf} from '../statistics';

const maxColdMs = 300;
const maxSecondMs = 5;

/** What the first and the second use of a seed of 10,000 rows take, each in a new process. */
export const seeding: Part = {
  name: 'seed',
  title: 'Seeds for tests',
  works: [],
  peers: [],
  async measure({pace, say}: Request): Promise<Outcome> {
    say('seeding');
    const rounds = Array.from(
      {length: pace.rounds},
      () => runChild('seeding', []) as {coldMs: number; secondMs: number},
    );
    const cold = spreadOf(rounds.map(({coldMs}) => coldMs));
    const second = spreadOf(rounds.map(({secondMs}) => secondMs));
    return {
      targets: [
        {
          work: 'a seed of 10,000 rows, in a new process',
          measure: 'ms of processor',
          measured: cold,
          atMost: maxColdMs,
        },
        {
          work: 'the same seed to another datasource',
          measure: 'ms of processor',
          measured: second,
          atMost: maxSecondMs,
        },
      ],
      tables: [
        table(
          ['a seed of 10,000 rows with references', 'processor time'],
          [
            ['in a new process', `${cold.median.toFixed(0)} ms`],
            ['again, to another datasource', `${second.median.toFixed(1)} ms`],
          ],
        ),
      ],
    };
  },
};
