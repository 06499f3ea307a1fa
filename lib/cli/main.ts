#!/usr/bin/env node
import {run, tell, thrownMeanwhile, withoutAnswer} from './run';

const words = process.argv.slice(2);

/** Whoever reads our output may stop early, as `head` does. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  const reason = `The output cannot be written: ${error.message}`;
  process.exit(tell(new Error(reason), words.includes('--json')));
});

/** What connectors throw in callbacks of theirs reaches nobody else. */
process.once('uncaughtException', error => {
  process.exit(tell(thrownMeanwhile(error), words.includes('--json')));
});

/** Emitted when nothing is left to wait for, so nobody can answer any more. */
const endUnanswered = (): void => {
  process.exitCode = tell(withoutAnswer(), words.includes('--json'));
};
process.once('beforeExit', endUnanswered);

void run(words).then(exitCode => {
  process.off('beforeExit', endUnanswered);
  process.exitCode = exitCode;
});
