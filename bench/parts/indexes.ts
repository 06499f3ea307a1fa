import {DataSource} from 'loopback-datasource-juggler';
import * as connector from 'loopback-connector-inmemory';
import {compare, ratioTarget, timingOf, type Entrant} from '../comparison';
import {useOtherModels} from '../other-models';
import type {Outcome, Part, Request} from '../part';
import {seededRandom, shuffled} from '../random';
import {timeTable} from '../report';
import {Sqlite} from '../sqlite';

const columns = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const maxTimesOneIndex = 1.2;
const pickCount = 4096;

type Row = Record<string, number>;

/** Updates of one row, of which indexed properties change or do not. */
export const indexes: Part = {
  name: 'indexes',
  title: 'Indexes that a write touches',
  works: [],
  peers: [],
  async measure({rows, pace, say}: Request): Promise<Outcome> {
    say('updating with indexes');
    const items = makeRows(rows);
    const entrants = [
      await connectorEntrant('one index, it changes', items, 1, 'a'),
      await connectorEntrant('five indexes, one changes', items, 5, 'a'),
      await connectorEntrant('five indexes, none changes', items, 5, 'f'),
      ...sqliteEntrants('better-sqlite3, five indexes, one changes', items),
    ];
    const comparison = await compare(
      'update by id, below the juggler',
      entrants,
      pace,
    );
    const timing = (name: string) => timingOf(comparison, name);
    const ours = timing('five indexes, one changes');
    return {
      targets: [
        ...ratioTarget(
          {...comparison, work: 'update with five indexes, one changes'},
          'times the same with one index',
          [ours, timing('one index, it changes')],
          maxTimesOneIndex,
        ),
      ],
      tables: [timeTable([comparison], () => 'five indexes, one changes')],
    };
  },
};

/** Rows whose properties are permutations of the whole numbers below `count`. */
function makeRows(count: number): Row[] {
  const random = seededRandom(count);
  const values = columns.map(() => shuffled(count, random));
  return Array.from({length: count}, (_, place) => {
    const row: Row = {id: place + 1};
    for (const [column, name] of columns.entries()) {
      row[name] = values[column]![place]!;
    }
    return row;
  });
}

/** What is changed and to which value: the same of every entrant. */
function makeChanges(count: number): {id: number; value: number}[] {
  const random = seededRandom(count + 1);
  return Array.from({length: pickCount}, () => ({
    id: 1 + Math.floor(random() * count),
    value: Math.floor(random() * count),
  }));
}

async function connectorEntrant(
  name: string,
  items: readonly Row[],
  indexed: number,
  changed: string,
): Promise<Entrant> {
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  await useOtherModels(dataSource);
  const properties = columns.map((column, place) => [
    column,
    {type: Number, index: place < indexed},
  ]);
  dataSource.createModel('Item', {
    id: {type: Number, id: true},
    ...Object.fromEntries(properties),
  });
  const ask = (method: string, ...operands: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const callback = (error: unknown, answer: unknown): void =>
        error ? reject(error) : resolve(answer);
      dataSource.connector![method]('Item', ...operands, {}, callback);
    });
  await ask('createAll', items);
  const changes = makeChanges(items.length);
  const perform = (index: number): Promise<unknown> => {
    const {id, value} = changes[index % pickCount]!;
    // The sum moves on, so that no change is one to the same value.
    return ask('update', {id}, {[changed]: (value + index) % items.length});
  };
  await perform(0);
  const found = await ask('count', {
    id: changes[0]!.id,
    [changed]: changes[0]!.value,
  });
  if (found !== 1) throw new Error(`${name} did not update its row.`);
  return {name, rows: items.length, perform};
}

function sqliteEntrants(name: string, items: readonly Row[]): Entrant[] {
  if (!Sqlite) return [];
  const database = new Sqlite(':memory:');
  const types = columns.map(column => `${column} INTEGER`).join();
  database.exec(`CREATE TABLE Item (id INTEGER PRIMARY KEY, ${types})`);
  for (const column of columns.slice(0, 5)) {
    database.exec(`CREATE INDEX by_${column} ON Item (${column})`);
  }
  const insert = database.prepare(
    'INSERT INTO Item VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  database.transaction(() => {
    for (const item of items) insert.run(...Object.values(item));
  })();
  const update = database.prepare('UPDATE Item SET a = ? WHERE id = ?');
  const changes = makeChanges(items.length);
  const perform = (index: number): unknown => {
    const {id, value} = changes[index % pickCount]!;
    return update.run((value + index) % items.length, id);
  };
  return [{name, rows: items.length, perform}];
}
