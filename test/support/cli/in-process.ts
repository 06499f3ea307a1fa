import {Readable} from 'node:stream';
import {run} from '../../../lib/cli/run';

/** What a run of the program gave. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the program within this process, in a directory and with what comes on
 * standard input. One at a time, for the process has these only once.
 */
export async function runHere(
  words: readonly string[],
  directory: string,
  input: string,
): Promise<Result> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const stdin = Readable.from(input === '' ? [] : [Buffer.from(input)]);
  const restore = [
    replace(process, 'stdin', stdin),
    ...capture(process.stdout, stdout),
    ...capture(process.stderr, stderr),
  ];
  const before = process.cwd();
  process.chdir(directory);
  try {
    const status = await run(words);
    return {status, stdout: stdout.join(''), stderr: stderr.join('')};
  } finally {
    process.chdir(before);
    for (const putBack of restore) putBack();
  }
}

/** Keeps what is written to a stream, which is no terminal meanwhile. */
function capture(stream: NodeJS.WriteStream, parts: string[]): (() => void)[] {
  const write = (part: unknown): boolean => {
    parts.push(String(part));
    return true;
  };
  return [replace(stream, 'isTTY', false), replace(stream, 'write', write)];
}

/** Gives a property another value; returns what puts the old one back. */
function replace(object: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, {value, configurable: true});
  return () => {
    if (before === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, before);
  };
}
