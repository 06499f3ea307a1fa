import {compare, ratioTarget, timingOf, type Entrant} from '../comparison';
import type {Engine, EngineEntry} from '../engine';
import {builtIn, inmemory} from '../engines/connector';
import {loki} from '../engines/loki';
import {nedb} from '../engines/nedb';
import {plain} from '../engines/plain';
import {sqlite} from '../engines/sqlite';
import {makeFixture, type Item} from '../fixture';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {timeTable} from '../report';

const peers: readonly EngineEntry[] = [
  inmemory,
  ...(sqlite ? [sqlite] : []),
  loki,
  nedb,
  builtIn,
  plain,
];

/** All rows at once into an empty table with three indexes. */
export const bulk: Part = {
  name: 'bulk',
  title: 'createAll',
  works: [],
  peers: peers.map(({name}) => name),
  async measure({peers: names, rows, pace, say}: Request): Promise<Outcome> {
    say('creating all at once');
    const {items} = makeFixture(rows);
    const entrants: Entrant[] = [];
    for (const entry of chosen(peers, names)) {
      entrants.push(await loader(entry, items));
    }
    const comparison = await compare(
      `createAll of ${rows.toLocaleString('en')} rows with three indexes`,
      entrants,
      pace,
    );
    const targets = ratioTarget(
      comparison,
      'times better-sqlite3 in one transaction',
      [
        timingOf(comparison, inmemory.name),
        timingOf(comparison, 'better-sqlite3'),
      ],
      1,
    );
    return {targets, tables: [timeTable([comparison], () => inmemory.name)]};
  },
};

/** Opens an empty store off the clock, and checks that it holds everything in the end. */
async function loader(
  {name, open}: EngineEntry,
  items: readonly Item[],
): Promise<Entrant> {
  let engine: Engine = await open();
  return {
    name,
    rows: items.length,
    maxBatch: 1,
    perform: () => engine.load(items),
    async undo() {
      const count = await engine.countPrices(0, items.length);
      if (count !== items.length) throw new Error(`${name} has ${count} rows.`);
      await engine.close();
      engine = await open();
    },
  };
}
