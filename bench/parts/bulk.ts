import {
  compare,
  ratioTarget,
  timingOf,
  type Comparison,
  type Entrant,
} from '../comparison';
import type {Engine, EngineEntry} from '../engine';
import {builtIn, inmemory} from '../engines/connector';
import {loki} from '../engines/loki';
import {nedb} from '../engines/nedb';
import {plain} from '../engines/plain';
import {sqlite} from '../engines/sqlite';
import {makeFixture, type Item} from '../fixture';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {timeTable} from '../report';

/** A statement must take no longer than this many times better-sqlite3 in one transaction. */
const maxTimesSqlite = 1;
/** What is added at once to a table that has rows. */
const addedShare = 0.1;

const measured: readonly EngineEntry[] = [
  inmemory,
  ...(sqlite ? [sqlite] : []),
];
const peers: readonly EngineEntry[] = [...measured, loki, nedb, builtIn, plain];

/** A statement that touches many rows, and the rows it begins with. */
interface Work {
  readonly name: string;
  readonly description: (rows: number) => string;
  readonly peers: readonly EngineEntry[];
  readonly rows: (request: Request) => number;
  /** How many of the rows are there before; the statement may add the others. */
  readonly present: (rows: number) => number;
  readonly perform: (engine: Engine, added: readonly Item[]) => unknown;
  readonly left: (items: readonly Item[]) => number;
  readonly maxRounds: number;
}

const works: readonly Work[] = [
  {
    name: 'createAll',
    description: rows => `createAll of ${text(rows)} rows with three indexes`,
    peers,
    rows: ({rows}) => rows,
    present: () => 0,
    perform: (engine, added) => engine.load(added),
    left: items => items.length,
    maxRounds: 9,
  },
  {
    name: 'more',
    description: rows =>
      `createAll of ${text(addedOf(rows))} rows into a table of ${text(rows - addedOf(rows))}`,
    peers: measured,
    rows: ({rows}) => rows * (1 + addedShare),
    present: rows => rows - addedOf(rows),
    perform: (engine, added) => engine.load(added),
    left: items => items.length,
    maxRounds: 9,
  },
  {
    name: 'destroyAll',
    description: rows => `destroyAll of half of ${text(rows)} rows`,
    peers: measured,
    rows: ({sizes}) => sizes.at(-1)!,
    present: rows => rows,
    perform: engine => engine.removeActive!(),
    left: items => items.filter(({isActive}) => !isActive).length,
    maxRounds: 3,
  },
];

/** Statements that write many rows, in tables with three indexes. */
export const bulk: Part = {
  name: 'bulk',
  title: 'Many rows at once',
  works: works.map(({name}) => name),
  peers: peers.map(({name}) => name),
  async measure(request: Request): Promise<Outcome> {
    const comparisons: Comparison[] = [];
    for (const work of chosen(works, request.works)) {
      comparisons.push(await measureWork(work, request));
    }
    const targets = comparisons.flatMap(comparison =>
      ratioTarget(
        comparison,
        'times better-sqlite3 in one transaction',
        [
          timingOf(comparison, inmemory.name),
          timingOf(comparison, 'better-sqlite3'),
        ],
        maxTimesSqlite,
      ),
    );
    return {targets, tables: [timeTable(comparisons, () => inmemory.name)]};
  },
};

async function measureWork(work: Work, request: Request): Promise<Comparison> {
  const rows = Math.round(work.rows(request));
  const description = work.description(rows);
  request.say(description);
  const {items} = makeFixture(rows);
  const entrants: Entrant[] = [];
  for (const entry of chosen(work.peers, request.peers)) {
    entrants.push(await enter(work, entry, items));
  }
  const rounds = Math.min(request.pace.rounds, work.maxRounds);
  return compare(description, entrants, {...request.pace, rounds});
}

/** Makes a store anew off the clock, and checks what is left in it. */
async function enter(
  {present, perform, left}: Work,
  {name, open}: EngineEntry,
  items: readonly Item[],
): Promise<Entrant> {
  const count = present(items.length);
  const before = items.slice(0, count);
  const added = items.slice(count);
  const expected = left(items);
  const begin = async (): Promise<Engine> => {
    const engine = await open();
    if (count > 0) await engine.load(before);
    return engine;
  };
  let engine = await begin();
  return {
    name,
    rows: items.length,
    maxBatch: 1,
    perform: () => perform(engine, added),
    async undo() {
      const found = await engine.countPrices(0, items.length);
      if (found !== expected) throw new Error(`${name} has ${found} rows.`);
      await engine.close();
      engine = await begin();
    },
  };
}

/** Of all rows, how many are added at once. */
function addedOf(rows: number): number {
  return Math.round((rows * addedShare) / (1 + addedShare));
}

function text(rows: number): string {
  return rows.toLocaleString('en');
}
