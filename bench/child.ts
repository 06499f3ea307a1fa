import {execFileSync} from 'node:child_process';
import path from 'node:path';

/** How a process is started. */
export interface ChildOptions {
  /** Flags of Node.js, in the place of {@link heapFlags}. */
  readonly flags?: readonly string[];
  /** The binary of Node.js; the one that runs this process if left out. */
  readonly node?: string;
}

/** What a process needs to collect its garbage when told, and to hold a million rows. */
export const heapFlags = ['--expose-gc', '--max-old-space-size=8192'];

/** Runs a script of `children/` in a process of its own, with a heap of its own; answers the JSON that it prints. */
export function runChild(
  name: string,
  operands: readonly string[],
  {flags = heapFlags, node = process.execPath}: ChildOptions = {},
): unknown {
  const script = path.join(__dirname, 'children', `${name}.js`);
  const output = execFileSync(node, [...flags, script, ...operands], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output);
}

/** The bytes on this process's heap after everything that can be collected was. */
export function heapBytes(): number {
  globalThis.gc!();
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
}
