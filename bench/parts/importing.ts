import {execFileSync} from 'node:child_process';
import path from 'node:path';
import type {Outcome, Part, Request} from '../part';
import {table} from '../report';
import {spreadOf} from '../statistics';

const maxMsAbove = 10;
const ours = path.join(__dirname, '..', '..', 'index.js');
const theirs = 'loopback-connector';

/** Prints the processor time that `require` takes, in milliseconds. */
const script = `
  const start = process.cpuUsage();
  require(process.argv[1]);
  const {user, system} = process.cpuUsage(start);
  console.log((user + system) / 1000);
`;

/** How long `require` of the package takes in a fresh process. */
export const importing: Part = {
  name: 'import',
  title: 'Import',
  works: [],
  peers: [],
  async measure({pace, say}: Request): Promise<Outcome> {
    say('importing');
    const rounds = Array.from({length: pace.rounds}, () => ({
      ours: importMs(ours),
      theirs: importMs(theirs),
    }));
    const above = spreadOf(rounds.map(round => round.ours - round.theirs));
    const median = (times: number[]): string =>
      `${spreadOf(times).median.toFixed(1)} ms`;
    return {
      targets: [
        {
          work: 'import of the package',
          measure: 'ms above loopback-connector alone',
          measured: above,
          atMost: maxMsAbove,
        },
      ],
      tables: [
        table(
          ['package', 'processor time of require'],
          [
            ['loopback-connector', median(rounds.map(round => round.theirs))],
            ['this package', median(rounds.map(round => round.ours))],
          ],
        ),
      ],
    };
  },
};

function importMs(module: string): number {
  const output = execFileSync(process.execPath, ['-e', script, module], {
    encoding: 'utf8',
    cwd: path.dirname(ours),
  });
  return Number(output);
}
