import {execFileSync} from 'node:child_process';
import path from 'node:path';

/**
 * Runs a script of `children/` in a process of its own, with a heap of its own, and with more flags of Node.js if there
 * are; answers the JSON that it prints.
 */
export function runChild(
  name: string,
  operands: readonly string[],
  moreFlags: readonly string[] = [],
): unknown {
  const script = path.join(__dirname, 'children', `${name}.js`);
  const flags = ['--expose-gc', '--max-old-space-size=8192', ...moreFlags];
  const output = execFileSync(
    process.execPath,
    [...flags, script, ...operands],
    {encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']},
  );
  return JSON.parse(output);
}

/** The bytes on this process's heap after everything that can be collected was. */
export function heapBytes(): number {
  globalThis.gc!();
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
}
