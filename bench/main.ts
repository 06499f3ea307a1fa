import os from 'node:os';
import {isMet, type Target} from './comparison';
import {parseOptions, usage, type Options, type PartRequest} from './options';
import type {Outcome} from './part';
import {measureInProcess} from './part-process';
import {targetTable} from './report';
import {sqliteVersion} from './sqlite';

/** What one part has measured, under its heading. */
interface Section extends Outcome {
  readonly title: string;
}

function main(): void {
  const options = readOptions();
  if (!options) return;
  const start = {ms: performance.now(), busyMs: busyMs()};
  const sections = options.requests.map(measure);
  const busy = (busyMs() - start.busyMs) / (performance.now() - start.ms);
  const conditions = `${machine()}, ${busy.toFixed(2)} cores busy`;
  console.log(
    options.isJson
      ? toJson(conditions, sections)
      : toMarkdown(conditions, sections),
  );
}

/** A part that fails is named as such, and the others are measured. */
function measure({part, request}: PartRequest): Section {
  const start = performance.now();
  const {name, title} = part;
  try {
    return {title, ...measureInProcess(name, request)};
  } catch {
    process.exitCode = 1;
    const told = 'Not measured: its process failed, and told on stderr why.';
    return {title, targets: [], tables: [told]};
  } finally {
    const seconds = (performance.now() - start) / 1000;
    process.stderr.write(`${name} took ${seconds.toFixed(0)} s\n`);
  }
}

/** For how long the processors of this machine have worked, for whomever. */
function busyMs(): number {
  return os
    .cpus()
    .map(({times: {user, nice, sys, irq}}) => user + nice + sys + irq)
    .reduce((sum, each) => sum + each, 0);
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

main();
