import {runChild} from '../child';
import type {Target} from '../comparison';
import type {Outcome, Part, Request} from '../part';
import {durationText, table} from '../report';
import {single} from '../statistics';

const rows = 1_000_000;
const yieldMs = 10;
const maxPart = 0.1;

/** The longest stall of each statement in milliseconds, by its name. */
type Stalls = Readonly<Record<string, number>>;

/** How long one statement over a million rows keeps the event loop, with and without the setting `yieldMs`. */
export const stalls: Part = {
  name: 'stalls',
  title: 'Event loop',
  works: [],
  peers: [],
  async measure({say}: Request): Promise<Outcome> {
    say('watching the event loop');
    const whole = runChild('stalls', [`${rows}`, '0']) as Stalls;
    const sliced = runChild('stalls', [`${rows}`, `${yieldMs}`]) as Stalls;
    const targets = [
      stallTarget('scan of 1,000,000 rows', sliced.scan! / whole.scan!),
      stallTarget(
        'updateAll of 1,000,000 rows',
        sliced.updateAll! / whole.updateAll!,
      ),
    ];
    const heading = ['longest stall', 'whole', `yieldMs: ${yieldMs}`];
    const found = Object.keys(whole).map(name => [
      name,
      durationText(whole[name]!),
      durationText(sliced[name]!),
    ]);
    return {targets, tables: [table(heading, found)]};
  },
};

function stallTarget(work: string, part: number): Target {
  const measure = `of the stall without yieldMs, with yieldMs: ${yieldMs}`;
  return {work, measure, measured: single(part), atMost: maxPart};
}
