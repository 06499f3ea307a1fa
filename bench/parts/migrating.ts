import {DataSource} from 'loopback-datasource-juggler';
import * as connector from 'loopback-connector-inmemory';
import {compare, type Entrant, ratioTarget, timingOf} from '../comparison';
import {useOtherModels} from '../other-models';
import type {Outcome, Part, Request} from '../part';
import {timeTable} from '../report';
import {Sqlite} from '../sqlite';

const maxTimesSqlite = 3;
const ours = 'autoupdate';
const theirs = 'better-sqlite3';

interface Item {
  readonly id: number;
  readonly name: string;
  readonly price: number;
}

/** A table that gets a column and an index, and loses them again. */
export const migrating: Part = {
  name: 'migrate',
  title: 'A migration',
  works: [],
  peers: [],
  async measure({rows, pace, say}: Request): Promise<Outcome> {
    say('migrating');
    const items = Array.from({length: rows}, (_, place) => ({
      id: place + 1,
      name: `item ${place}`,
      price: (place * 7919) % 1_000,
    }));
    const plain = await compareAt('a column and an index', items, pace);
    const filled = await compareAt(
      'a column with a default, and an index',
      items,
      pace,
      'new',
    );
    const timings = [plain, filled].map(
      comparison =>
        [timingOf(comparison, ours), timingOf(comparison, theirs)] as const,
    );
    return {
      targets: [plain, filled].flatMap((comparison, place) =>
        ratioTarget(
          comparison,
          `times ${theirs}`,
          timings[place]!,
          maxTimesSqlite,
        ),
      ),
      tables: [timeTable([plain, filled], () => ours)],
    };
  },
};

async function compareAt(
  work: string,
  items: readonly Item[],
  pace: Request['pace'],
  byDefault?: string,
): ReturnType<typeof compare> {
  const entrants = [
    await connectorEntrant(items, byDefault),
    ...sqliteEntrants(items, byDefault),
  ];
  return compare(work, entrants, pace);
}

async function connectorEntrant(
  items: readonly Item[],
  byDefault: string | undefined,
): Promise<Entrant> {
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  await useOtherModels(dataSource);
  const properties = {
    id: {type: Number, id: true},
    name: String,
    price: Number,
  };
  const migrate = async (added: object, settings: object): Promise<void> => {
    dataSource.createModel('Item', {...properties, ...added}, settings);
    await dataSource.autoupdate('Item');
  };
  await migrate({}, {});
  await new Promise<void>((resolve, reject) => {
    dataSource.connector!['createAll']('Item', items, {}, (error: unknown) =>
      error ? reject(error) : resolve(),
    );
  });
  const memory = {backfill: true};
  const state = {type: String, default: byDefault, memory};
  const indexes = {by_price: {keys: {price: 1}}};
  return {
    name: ours,
    rows: items.length,
    maxBatch: 1,
    perform: () => migrate({state}, {indexes}),
    undo: () => migrate({}, {}),
  };
}

function sqliteEntrants(
  items: readonly Item[],
  byDefault: string | undefined,
): Entrant[] {
  if (!Sqlite) return [];
  const database = new Sqlite(':memory:');
  database.exec(
    'CREATE TABLE Item (id INTEGER PRIMARY KEY, name TEXT, price REAL)',
  );
  const insert = database.prepare('INSERT INTO Item VALUES (?, ?, ?)');
  database.transaction(() => {
    for (const {id, name, price} of items) insert.run(id, name, price);
  })();
  const value = byDefault === undefined ? '' : ` DEFAULT '${byDefault}'`;
  const inOne = (...statements: string[]): void =>
    database.exec(`BEGIN; ${statements.join('; ')}; COMMIT`);
  return [
    {
      name: theirs,
      rows: items.length,
      maxBatch: 1,
      perform: () =>
        inOne(
          `ALTER TABLE Item ADD COLUMN state TEXT${value}`,
          'CREATE INDEX by_price ON Item (price)',
        ),
      undo: () =>
        inOne('DROP INDEX by_price', 'ALTER TABLE Item DROP COLUMN state'),
    },
  ];
}
