import {isDeepStrictEqual} from 'node:util';
import {
  compare,
  ratioTarget,
  timingOf,
  type Comparison,
  type Entrant,
  type Target,
} from '../comparison';
import type {Engine, EngineEntry} from '../engine';
import {builtIn, inmemory} from '../engines/connector';
import {loki} from '../engines/loki';
import {nedb} from '../engines/nedb';
import {plain} from '../engines/plain';
import {sqlite} from '../engines/sqlite';
import {generateItems, makeFixture, type Fixture} from '../fixture';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {expectedOf, questions, summaryOf, type Question} from '../questions';
import {timeTable} from '../report';

const engines: readonly EngineEntry[] = [
  inmemory,
  ...(sqlite ? [sqlite] : []),
  loki,
  nedb,
  builtIn,
  plain,
];
const checkedOperations = 5;
const maxTimesRange = 2;

/** Questions asked below the juggler, of this package's connector and of other databases. */
export const queries: Part = {
  name: 'queries',
  title: 'Queries below the juggler',
  works: questions.map(({name}) => name),
  peers: engines.map(({name}) => name),
  measure,
};

interface Opened {
  readonly name: string;
  readonly engine: Engine;
}

async function measure(request: Request): Promise<Outcome> {
  const fixture = makeFixture(request.rows);
  const opened: Opened[] = [];
  for (const {name, open} of chosen(engines, request.peers)) {
    request.say(`loading ${fixture.items.length} rows into ${name}`);
    const engine = await open();
    // Texts of its own, too, as they come with requests: they lie beside its rows.
    await engine.load([...generateItems(request.rows)]);
    engine.analyze?.();
    opened.push({name, engine});
  }
  const comparisons: Comparison[] = [];
  const targets: Target[] = [];
  for (const question of chosen(questions, request.works)) {
    request.say(`asking for ${question.name}`);
    globalThis.gc?.();
    const entrants = await enter(question, opened, fixture);
    const comparison = await compare(
      question.description,
      entrants,
      request.pace,
    );
    comparisons.push(comparison);
    targets.push(...targetsOf(question, comparison));
  }
  targets.push(...likeTarget(comparisons));
  for (const {engine} of opened) await engine.close();
  return {targets, tables: [timeTable(comparisons, () => inmemory.name)]};
}

/** Checks the answers of every engine; rejects when one is wrong. */
async function enter(
  question: Question,
  opened: readonly Opened[],
  fixture: Fixture,
): Promise<Entrant[]> {
  const expected = Array.from({length: checkedOperations}, (_, index) =>
    expectedOf(question, fixture, index),
  );
  const entrants: Entrant[] = [];
  for (const {name, engine} of opened) {
    const perform = (index: number): unknown =>
      question.ask(engine, fixture, index);
    if ((await perform(0)) === undefined) continue;
    for (const [index, right] of expected.entries()) {
      const answer = summaryOf(await perform(index), question);
      if (isDeepStrictEqual(answer, right)) continue;
      throw new Error(
        `${name} answers ${question.name} with ${JSON.stringify(answer)}, ` +
          `not ${JSON.stringify(right)}.`,
      );
    }
    entrants.push({name, rows: fixture.items.length, perform});
  }
  return entrants;
}

function targetsOf(question: Question, comparison: Comparison): Target[] {
  const ours = timingOf(comparison, inmemory.name);
  return Object.entries(question.targets).flatMap(([name, atMost]) =>
    ratioTarget(
      comparison,
      `times ${name}`,
      [ours, timingOf(comparison, name)],
      atMost,
    ),
  );
}

/** Both questions were asked one after the other, not side by side. */
function likeTarget(comparisons: readonly Comparison[]): Target[] {
  const like = comparisons.find(({work}) => work.startsWith('like'));
  const range = comparisons.find(({work}) => work.startsWith('the same'));
  if (!like || !range) return [];
  return ratioTarget(
    like,
    'times the range',
    [timingOf(like, inmemory.name), timingOf(range, inmemory.name)],
    maxTimesRange,
  );
}
