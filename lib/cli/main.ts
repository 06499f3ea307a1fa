#!/usr/bin/env node
import path from 'node:path';
import {parseCommandLine} from './arguments';
import {program} from '../persistence/disk/command-line';
import {commands, helpText} from './commands';
import {failureOf} from './failure';
import {print} from './terminal';

async function main(words: readonly string[]): Promise<number> {
  const request = parseCommandLine(words);
  if (request.kind === 'run') {
    return commands[request.command].run(request.arguments);
  }
  print(request.kind === 'help' ? helpText(request.command) : version());
  return 0;
}

function version(): string {
  const place = path.join(__dirname, '../../../package.json');
  return (require(place) as {version: string}).version;
}

/** Whoever reads our output may stop early, as `head` does. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  fail(new Error(`The output cannot be written: ${error.message}`));
  process.exit();
});

const words = process.argv.slice(2);
main(words).then(
  exitCode => {
    process.exitCode = exitCode;
  },
  (error: unknown) => fail(error),
);

/** Tells what went wrong, and ends with its exit code. */
function fail(error: unknown): void {
  const {code, exitCode, message} = failureOf(error);
  const isJson = words.includes('--json');
  const text = isJson
    ? JSON.stringify({error: {code, message}})
    : `${program}: ${message}`;
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
}
