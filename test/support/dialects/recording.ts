import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Told} from '../../../lib/testing/answer';
import {allProbes} from '../../dialects/probes/all';
import {root} from '../package/application';
import {answersOf} from './probe';

/** What a real database answered. */
export interface Recording {
  readonly versions: Readonly<Record<string, string>>;
  /** By `area: title`, and the names of steps. */
  readonly probes: Readonly<Record<string, Readonly<Record<string, Told>>>>;
}

/** The databases that are recorded. */
export const recordedNames = ['postgresql', 'mariadb', 'sqlite'] as const;

export function fileOf(database: string): string {
  return path.join(root, `test/dialects/recorded/${database}.json`);
}

/** A recording that was kept, if there is one. */
export function readRecording(database: string): Recording | undefined {
  const file = fileOf(database);
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Recording)
    : undefined;
}

/** One line a step, so that a change can be read. */
export function writeRecording(database: string, recording: Recording): void {
  const probes = Object.entries(recording.probes).map(([title, steps]) => {
    const lines = Object.entries(steps).map(
      ([name, answer]) =>
        `   ${JSON.stringify(name)}: ${JSON.stringify(answer)}`,
    );
    return `  ${JSON.stringify(title)}: {\n${lines.join(',\n')}\n  }`;
  });
  const versions = JSON.stringify(recording.versions);
  writeFileSync(
    fileOf(database),
    `{\n "versions": ${versions},\n "probes": {\n${probes.join(',\n')}\n }\n}\n`,
  );
}

/**
 * Whether a database can answer a probe at all: some are of one database, after
 * which their area is called; SQLite's connector has no transactions.
 */
function isFor(database: string, area: string): boolean {
  if (area === 'schema') return database === 'mariadb';
  if (recordedNames.some(name => name === area)) return area === database;
  return (
    database !== 'sqlite' || (area !== 'transactions' && area !== 'isolation')
  );
}

/** Asks all probes. A database that has another `name` is called `test` in answers. */
export async function recordedAnswers(
  database: string,
  dataSource: any,
  name = 'test',
): Promise<Recording['probes']> {
  const answers: Record<string, Readonly<Record<string, Told>>> = {};
  const probes = allProbes.filter(({area}) => isFor(database, area));
  for (const [number, probe] of probes.entries()) {
    const key = `${probe.area}: ${probe.title}`;
    answers[key] = await answersOf(probe, number, dataSource);
  }
  const text = JSON.stringify(answers).replaceAll(name, 'test');
  return JSON.parse(text) as Recording['probes'];
}

/** All steps of which the answers are not those of a recording. */
export function differing(
  recorded: Recording['probes'],
  found: Recording['probes'],
) {
  const steps: {probe: string; step: string; text: string}[] = [];
  for (const [probe, answers] of Object.entries(recorded)) {
    for (const [step, answer] of Object.entries(answers)) {
      const [there, here] = [answer, found[probe]?.[step]].map(each =>
        JSON.stringify(each),
      );
      if (there === here) continue;
      const text = `${probe}: ${step}\n  there ${there}\n  here  ${here}`;
      steps.push({probe, step, text});
    }
  }
  return steps;
}
