import {runChild} from '../child';
import type {Target} from '../comparison';
import type {Outcome, Part, Request} from '../part';
import {durationText, table} from '../report';
import {single} from '../statistics';

const rows = 1_000_000;
const yieldMs = 10;
const maxPart = 0.1;

interface Stalls {
  readonly scan: number;
  readonly write: number;
}

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
      stallTarget('scan of 1,000,000 rows', sliced.scan / whole.scan),
      stallTarget('updateAll of 1,000,000 rows', sliced.write / whole.write),
    ];
    const found = [
      stallLine('whole', whole),
      stallLine(`yieldMs: ${yieldMs}`, sliced),
    ];
    const heading = ['statement', 'longest stall, scan', 'updateAll'];
    return {targets, tables: [table(heading, found)]};
  },
};

function stallTarget(work: string, part: number): Target {
  const measure = `of the stall without yieldMs, with yieldMs: ${yieldMs}`;
  return {work, measure, measured: single(part), atMost: maxPart};
}

function stallLine(name: string, {scan, write}: Stalls): string[] {
  return [name, durationText(scan), durationText(write)];
}
