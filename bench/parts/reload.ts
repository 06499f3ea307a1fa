import {alternate} from '../alternating';
import {runChild} from '../child';
import type {Outcome, Part, Request} from '../part';
import {durationText, numberText, table} from '../report';
import {ratios, spreadOf} from '../statistics';

/** So much longer than with the connector that comes with the juggler it may take. */
const maxTimesBuiltIn = 1.05;
const maxFiles = 200;
const maxRounds = 3;

/** Of a package in both kinds of modules jest takes that for `require`. */
const jestFlags = ['--no-experimental-require-module'];

/** Files of one test that load the juggler and a connector anew, as runners of tests do that give each file modules of its own. */
export const reload: Part = {
  name: 'reload',
  title: 'Files of tests that load everything anew',
  works: [],
  peers: [],
  async measure({pace, rows, say}: Request): Promise<Outcome> {
    const files = Math.min(maxFiles, rows);
    const run = (contender: string) => (): number => {
      say(`loading ${contender} for ${files} files`);
      const operands = [contender, `${files}`];
      return runChild('reload', operands, {flags: jestFlags}) as number;
    };
    const [ours, theirs] = alternate(
      [run('inmemory'), run('built-in')],
      Math.min(pace.rounds, maxRounds),
    );
    const measured = spreadOf(ratios(ours!, theirs!));
    const work = `${files} files of one test, everything loaded anew`;
    const lines = [
      ['inmemory', ours!, `${numberText(measured.median)}x`] as const,
      ['built-in', theirs!, ''] as const,
    ].map(([contender, times, ratio]) => [
      work,
      contender,
      durationText(spreadOf(times).median / files),
      ratio,
    ]);
    return {
      targets: [
        {
          work,
          measure: 'times the built-in connector',
          measured,
          atMost: maxTimesBuiltIn,
        },
      ],
      tables: [table(['work', 'contender', 'a file takes', 'ratio'], lines)],
    };
  },
};
