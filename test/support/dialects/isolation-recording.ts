import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {root} from '../package/application';
import {mysqlDatabase} from '../transfer/databases';
import {type IsolationCase, isolationCases} from './isolation-cases';
import {type Arena, mariadbArena, ourArena, playCase} from './isolation-play';

/** What the steps of a case answer at a level, there, and here where that differs. */
export interface Cell {
  readonly there: readonly string[];
  readonly here?: readonly string[];
}

/** Cells by the names of cases and levels. */
export type Cells = Readonly<Record<string, Readonly<Record<string, Cell>>>>;

/** What is kept of both. */
export interface IsolationRecording {
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: Cells;
}

/** What a transaction is told that names no level. */
const noLevel = 'none';

/** How many cases are played at once on a server. */
const lanes = 4;

const file = path.join(root, 'test/dialects/recorded/mariadb-isolation.json');

export function readIsolation(): IsolationRecording | undefined {
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as IsolationRecording)
    : undefined;
}

/** Keeps what the server and this connector answer. */
export async function recordIsolation(
  versions: IsolationRecording['versions'],
): Promise<void> {
  const [there, here] = [await askMariadb(), await askOurs()];
  const cases = Object.entries(there).map(([name, levels]) => {
    const cells = Object.entries(levels).map(([level, answers]) => {
      const ours = here[name]![level]!;
      const isEqual = JSON.stringify(answers) === JSON.stringify(ours);
      const cell = {there: answers, ...(!isEqual && {here: ours})};
      return `   ${JSON.stringify(level)}: ${JSON.stringify(cell)}`;
    });
    return `  ${JSON.stringify(name)}: {\n${cells.join(',\n')}\n  }`;
  });
  writeFileSync(
    file,
    `{\n "versions": ${JSON.stringify(versions)},\n` +
      ` "cases": {\n${cases.join(',\n')}\n }\n}\n`,
  );
}

/** What the steps of each case answer at each level. */
export type Answers = Readonly<Record<string, Record<string, string[]>>>;

/** The answers that were kept: those of the server, or ours. */
export function keptAnswers(whose: 'there' | 'here'): Answers {
  return Object.fromEntries(
    Object.entries(readIsolation()!.cases).map(([name, levels]) => [
      name,
      Object.fromEntries(
        Object.entries(levels).map(([level, cell]) => [
          level,
          [...((whose === 'here' ? cell.here : undefined) ?? cell.there)],
        ]),
      ),
    ]),
  );
}

/** Plays all cases on this connector, with settings of the datasource. */
export async function askOurs(settings: object = {}): Promise<Answers> {
  const arena = ourArena(settings);
  try {
    return await playAll([arena]);
  } finally {
    await arena.end();
  }
}

/** Plays all cases on the named server, several at once in databases of their own. */
export async function askMariadb(): Promise<Answers> {
  const databases = [];
  const arenas: Arena[] = [];
  try {
    for (let lane = 0; lane < lanes; lane++) {
      const database = await mysqlDatabase();
      databases.push(database);
      arenas.push(mariadbArena(database));
    }
    return await playAll(arenas);
  } finally {
    for (const arena of arenas) await arena.end();
    for (const database of databases) await database.drop();
  }
}

async function playAll(arenas: readonly Arena[]): Promise<Answers> {
  const answers: Record<string, Record<string, string[]>> = {};
  const left = isolationCases.flatMap(each => {
    answers[each.name] = {};
    return each.levels.map(level => {
      // In the order in which they are declared, whoever is done first.
      answers[each.name]![level ?? noLevel] = [];
      return {case: each, level};
    });
  });
  const play = async (arena: Arena): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const {case: played, level} = next;
      const own = await playCase(arena, played, level);
      answers[played.name]![level ?? noLevel] = own;
    }
  };
  await Promise.all(arenas.map(play));
  return answers;
}

/** The rows of the table in docs/emulation-mysql.md: where there and here differ. */
export function differenceRows({cases}: IsolationRecording): string[][] {
  return isolationCases.flatMap(each => {
    const levelsBy = new Map<string, string[]>();
    for (const [level, {there, here}] of Object.entries(cases[each.name]!)) {
      if (here === undefined) continue;
      const cells = JSON.stringify(describe(each, there, here));
      levelsBy.set(cells, [...(levelsBy.get(cells) ?? []), level]);
    }
    return [...levelsBy].map(([cells, levels]) => [
      each.name,
      levels.join(', '),
      ...(JSON.parse(cells) as string[]),
    ]);
  });
}

/** The first step that differs, and what it and the last one answer there and here. */
function describe(
  {steps}: IsolationCase,
  there: readonly string[],
  here: readonly string[],
): string[] {
  const first = there.findIndex((answer, i) => answer !== here[i]);
  const last = steps.length - 1;
  const endsOtherwise = first < last && there[last] !== here[last];
  const cellOf = (answers: readonly string[]) =>
    endsOtherwise
      ? `${answers[first]}, at last ${answers[last]}`
      : answers[first]!;
  return [`\`${steps[first]}\``, cellOf(there), cellOf(here)];
}
