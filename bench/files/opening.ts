import {execFileSync} from 'node:child_process';
import {cpSync, readFileSync} from 'node:fs';
import {openInmemory} from './writing-stores';

/** How long it took to open one data file, and to parse its bytes. */
export interface Opening {
  readonly parseMs: number;
  readonly openMs: number;
}

/**
 * Opens a copy of the data file, and parses its text with `JSON.parse` alone,
 * each in a fresh process and in turns.
 */
export function measureOpening(file: string, rounds: number): Opening[] {
  const copy = `${file}.copy.json`;
  cpSync(file, copy);
  return Array.from({length: rounds}, () => ({
    parseMs: inProcess('parse', copy),
    openMs: inProcess('open', copy),
  }));
}

function inProcess(task: 'parse' | 'open', file: string): number {
  const options = ['--expose-gc', '--max-old-space-size=8192', __filename];
  const args = [...process.execArgv, ...options, task, file];
  return Number(execFileSync(process.execPath, args, {encoding: 'utf8'}));
}

/** Milliseconds from the bytes on the disk to the value of `JSON.parse`. */
function parse(file: string): number {
  const start = performance.now();
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const ms = performance.now() - start;
  if (typeof value !== 'object') throw new Error('the file has no object');
  return ms;
}

/** Milliseconds from the call of `connect` to its end: rows and three indexes are there. */
async function open(file: string): Promise<number> {
  const start = performance.now();
  const store = await openInmemory(file, {});
  const ms = performance.now() - start;
  if ((await store.findById(1)) === null) throw new Error('row 1 is missing');
  await store.close();
  return ms;
}

async function main([task, file]: readonly string[]): Promise<void> {
  console.log(task === 'parse' ? parse(file!) : await open(file!));
}

if (require.main === module) void main(process.argv.slice(2));
