import {Database, type Version} from '../../lib/database/database';
import {runChild} from '../child';
import {compare, ratioTarget, timingOf, type Entrant} from '../comparison';
import {makeFixture, type Fixture} from '../fixture';
import {useOtherTables} from '../other-models';
import type {Outcome, Part, Request} from '../part';
import {DatabaseStore, itemSchema} from '../peers/database';
import {numberText, table, timeTable} from '../report';
import {single} from '../statistics';

const openSnapshots = 1000;
const writesPerSnapshot = 10;
const maxTimes = 2;
const maxGrowth = 2;
const fewRows = 10_000;

/** Writes while 1,000 snapshots are open, each ten writes younger than the one before. */
export const snapshots: Part = {
  name: 'snapshots',
  title: 'Snapshots',
  works: [],
  peers: [],
  async measure({rows, pace, say}: Request): Promise<Outcome> {
    say('writing with snapshots');
    const fixture = makeFixture(rows);
    const comparison = await compare(
      'update by id, below the connector',
      [
        await writer(`${openSnapshots} open snapshots`, fixture, openSnapshots),
        await writer('no snapshots', fixture, 0),
      ],
      pace,
    );
    const [few, many] = [fewRows, rows].map(
      count => runChild('snapshots', [`${count}`]) as {bytes: number},
    );
    return {
      targets: [
        ...ratioTarget(
          comparison,
          'times the same without snapshots',
          [
            timingOf(comparison, `${openSnapshots} open snapshots`),
            timingOf(comparison, 'no snapshots'),
          ],
          maxTimes,
        ),
        {
          work: 'memory that a write adds with 1,000 open snapshots',
          measure: `times ${fewRows} rows at ${rows}`,
          measured: single(many!.bytes / few!.bytes),
          atMost: maxGrowth,
        },
      ],
      tables: [
        timeTable([comparison], () => 'no snapshots'),
        table(
          ['rows', 'bytes of heap that a write adds with 1,000 open snapshots'],
          [
            [`${fewRows}`, numberText(few!.bytes)],
            [`${rows}`, numberText(many!.bytes)],
          ],
        ),
      ],
    };
  },
};

/** Keeps the youngest `count` snapshots. */
async function writer(
  name: string,
  {items, picks}: Fixture,
  count: number,
): Promise<Entrant> {
  const database = new Database();
  await useOtherTables(database);
  database.declare(itemSchema.name, itemSchema);
  const store = new DatabaseStore(database);
  await store.load(items);
  const kept: Version[] = [];
  const perform = (index: number): Promise<number> => {
    if (count > 0 && index % writesPerSnapshot === 0) {
      kept[(index / writesPerSnapshot) % count] = database.head;
    }
    return store.updateStock(picks[index % picks.length]!.id, index % 1000);
  };
  return {name, rows: items.length, perform};
}
