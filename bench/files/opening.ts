import {execFileSync} from 'node:child_process';
import {cpSync, readFileSync} from 'node:fs';
import {openInmemory} from './writing-stores';

/** How long something took: on the clock, and of the processor with all threads. */
export interface Took {
  readonly wallMs: number;
  readonly processorMs: number;
}

/** How long it took to open one data file, and to parse its bytes. */
export interface Opening {
  readonly parse: Took;
  readonly open: Took;
}

/**
 * Opens a copy of the data file, and parses its text with `JSON.parse` alone,
 * each in a fresh process and in turns.
 */
export function measureOpening(file: string, rounds: number): Opening[] {
  const copy = `${file}.copy.json`;
  cpSync(file, copy);
  return Array.from({length: rounds}, () => ({
    parse: inProcess('parse', copy),
    open: inProcess('open', copy),
  }));
}

function inProcess(task: 'parse' | 'open', file: string): Took {
  const options = ['--expose-gc', '--max-old-space-size=8192', __filename];
  const args = [...process.execArgv, ...options, task, file];
  const output = execFileSync(process.execPath, args, {encoding: 'utf8'});
  return JSON.parse(output) as Took;
}

/** Begins to measure; what it answers tells how long that is ago. */
function watch(): () => Took {
  const wall = performance.now();
  const processor = process.cpuUsage();
  return () => {
    const {user, system} = process.cpuUsage(processor);
    const wallMs = performance.now() - wall;
    return {wallMs, processorMs: (user + system) / 1000};
  };
}

/** From the bytes on the disk to the value of `JSON.parse`. */
function parse(file: string): Took {
  const took = watch();
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const whole = took();
  if (typeof value !== 'object') throw new Error('the file has no object');
  return whole;
}

/** From the call of `connect` to its end: rows and three indexes are there. */
async function open(file: string): Promise<Took> {
  const took = watch();
  const store = await openInmemory(file, {});
  const whole = took();
  if ((await store.findById(1)) === null) throw new Error('row 1 is missing');
  await store.close();
  return whole;
}

async function main([task, file]: readonly string[]): Promise<void> {
  const took = task === 'parse' ? parse(file!) : await open(file!);
  console.log(JSON.stringify(took));
}

if (require.main === module) void main(process.argv.slice(2));
