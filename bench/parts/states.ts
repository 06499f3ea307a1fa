import {runChild} from '../child';
import type {Outcome, Part, Request} from '../part';
import {numberText, table} from '../report';
import {single} from '../statistics';

const fewRows = [100, 10_000];
const maxRestoreUs = 100;
const maxGrowth = 1.5;
const maxForkBytes = 20_000;
const maxLeftBytes = 1_000_000;

interface Costs {
  /** Of the processor. */
  readonly restoreUs: number;
  /** What 10,000 restores leave. */
  readonly leftBytes: number;
  readonly forkBytes: number;
}

/** What `restore` and `fork` of the testing entry cost, however many rows there are. */
export const states: Part = {
  name: 'states',
  title: 'States to go back to',
  works: [],
  peers: [],
  async measure({say, sizes}: Request): Promise<Outcome> {
    const counts = [...fewRows, sizes.at(-1)!];
    const costs = counts.map(count => {
      say(`restores and forks of ${count} rows`);
      return runChild('states', [`${count}`]) as Costs;
    });
    const [first] = costs;
    const last = costs.at(-1)!;
    const most = counts.at(-1)!;
    return {
      targets: [
        {
          work: `restore at ${most} rows`,
          measure: 'us of the processor',
          measured: single(last.restoreUs),
          atMost: maxRestoreUs,
        },
        {
          work: `restore at ${most} rows`,
          measure: `times ${counts[0]} rows`,
          measured: single(last.restoreUs / first!.restoreUs),
          atMost: maxGrowth,
        },
        {
          work: 'memory of a fork before it writes',
          measure: 'bytes',
          measured: single(Math.max(...costs.map(each => each.forkBytes))),
          atMost: maxForkBytes,
        },
        {
          work: 'memory that 10,000 restores leave',
          measure: 'bytes',
          measured: single(Math.max(...costs.map(each => each.leftBytes))),
          atMost: maxLeftBytes,
        },
      ],
      tables: [
        table(
          [
            'rows',
            'restore, us',
            'a fork, bytes',
            '10,000 restores leave, bytes',
          ],
          costs.map((each, i) => [
            `${counts[i]}`,
            numberText(each.restoreUs),
            numberText(each.forkBytes),
            numberText(each.leftBytes),
          ]),
        ),
      ],
    };
  },
};
