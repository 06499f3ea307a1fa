import os from 'node:os';
import {isMet, type Target} from './comparison';
import {parseOptions, usage, type Options} from './options';
import type {Outcome} from './part';
import {targetTable} from './report';
import {sqliteVersion} from './sqlite';

/** What one part has measured, under its heading. */
interface Section extends Outcome {
  readonly title: string;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (!options) return;
  const start = {ms: performance.now(), cpu: process.cpuUsage()};
  const sections: Section[] = [];
  for (const {part, request} of options.requests) {
    const outcome = await part.measure({...request, say});
    sections.push({title: part.title, ...outcome});
  }
  const {user, system} = process.cpuUsage(start.cpu);
  const share = (user + system) / 1000 / (performance.now() - start.ms);
  const conditions = `${machine()}, ${Math.round(share * 100)} % of a core`;
  console.log(
    options.isJson
      ? toJson(conditions, sections)
      : toMarkdown(conditions, sections),
  );
}

function readOptions(): Options | undefined {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (!options) console.log(usage);
    return options;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

/** The tables of docs/benchmarks.md; `conditions` says what they were measured on. */
function toMarkdown(conditions: string, sections: readonly Section[]): string {
  const targets = targetsOf(sections);
  const blocks = [
    `Measured on ${conditions}.`,
    ...(targets.length > 0 ? [targetTable(targets)] : []),
    ...sections
      .filter(({tables}) => tables.length > 0)
      .flatMap(({title, tables}) => [`### ${title}`, ...tables]),
  ];
  return blocks.join('\n\n');
}

function toJson(conditions: string, sections: readonly Section[]): string {
  const targets = targetsOf(sections).map(target => ({
    ...target,
    isMet: isMet(target),
  }));
  return JSON.stringify({conditions, targets}, null, 2);
}

function targetsOf(sections: readonly Section[]): Target[] {
  return sections.flatMap(({targets}) => targets);
}

/** The kind of machine, for whoever reads the table. */
function machine(): string {
  const cores = os.cpus().length;
  const sqlite = sqliteVersion ?? 'is not installed';
  return (
    `${cores} cores, ${os.arch()}, Node ${process.versions.node}, ` +
    `better-sqlite3 ${sqlite}`
  );
}

/** Progress goes to stderr: stdout is the table. */
function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
