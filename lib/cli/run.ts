import path from 'node:path';
import {packageFolder} from '../base/package-folder';
import {program} from '../persistence/disk/command-line';
import {parseCommandLine} from './arguments';
import {commands, helpText} from './commands';
import {failureOf} from './failure';
import {print} from './terminal';

export {thrownMeanwhile, withoutAnswer} from './failure';

/**
 * Does what the words of a command line ask for; resolves to the exit code.
 * What goes wrong is told on standard error.
 */
export async function run(words: readonly string[]): Promise<number> {
  try {
    const request = parseCommandLine(words);
    if (request.kind === 'run') {
      return await commands[request.command].run(request.arguments);
    }
    print(request.kind === 'help' ? helpText(request.command) : version());
    return 0;
  } catch (error) {
    return tell(error, words.includes('--json'));
  }
}

/** Tells on standard error what went wrong; returns the exit code. */
export function tell(error: unknown, isJson: boolean): number {
  const {code, exitCode, message} = failureOf(error);
  const text = isJson
    ? JSON.stringify({error: {code, message}})
    : `${program}: ${message}`;
  process.stderr.write(`${text}\n`);
  return exitCode;
}

function version(): string {
  const place = path.join(packageFolder, 'package.json');
  return (require(place) as {version: string}).version;
}
