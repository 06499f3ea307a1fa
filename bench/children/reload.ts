import path from 'node:path';
import {ModuleRegistry} from '../module-registry';

type TestFile = typeof import('../reloaded-test');

const testFile = path.join(__dirname, '..', 'reloaded-test.js');

/** Prints the processor time of so many files of one test, each of which loads everything anew, in milliseconds. */
async function main(): Promise<void> {
  const [contender, files] = process.argv.slice(2);
  // Where modules are, and their texts, are found out once.
  await runFile(contender!);
  const start = process.cpuUsage();
  for (let file = 0; file < Number(files); file++) await runFile(contender!);
  const {user, system} = process.cpuUsage(start);
  console.log(JSON.stringify((user + system) / 1000));
}

function runFile(contender: string): Promise<void> {
  const registry = new ModuleRegistry();
  const {runFile} = registry.load(testFile) as TestFile;
  return runFile(contender);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
