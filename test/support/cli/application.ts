import {makeDataSource} from '../connector/data-source';

/*
 * An application with a data file, as a process of its own:
 *
 *   node application.js <file> <rows> <end>
 *
 * It writes rows of three models and then ends as told: `close` disconnects,
 * `kill` leaves all in the journal, `more` leaves a few commits after a
 * checkpoint there, `live` says so and stays.
 */

async function main(file: string, rows: number, end: string): Promise<void> {
  await write(file, rows, end);
  if (end === 'more') await writeMore(file);
  if (end === 'kill' || end === 'more') process.kill(process.pid, 'SIGKILL');
  if (end !== 'live') return;
  process.stdout.write('live\n');
  setInterval(() => undefined, 1_000);
}

async function write(file: string, rows: number, end: string): Promise<void> {
  const {City, Code, dataSource, Line} = open(file);
  await dataSource.connect();
  const cities = Array.from({length: rows}, (_, i) => ({
    name: `Kraków "${i}"`,
    founded: new Date(i * 1e9),
    flag: Buffer.from(`flag ${i}`),
  }));
  await City.create(cities);
  for (let n = 0; n < 5; n++) {
    await Code.create({code: `k${n}`, n});
    await Line.create({order: n, line: 'a', text: 'first'});
  }
  if (end === 'close' || end === 'more') await dataSource.disconnect();
}

/** Five commits: a new city, one less, a change, and two codes. */
async function writeMore(file: string): Promise<void> {
  const {City, Code, dataSource} = open(file);
  await dataSource.connect();
  await City.create({name: 'new'});
  await City.deleteById(2);
  await City.updateAll({id: 3}, {name: 'changed'});
  await Code.create({code: 'x', n: 10});
  await Code.create({code: 'y', n: 11});
}

function open(file: string) {
  const dataSource = makeDataSource({file, checkpoint: {idleMs: 100_000}});
  const City = dataSource.define('City', {
    id: {type: Number, id: true, generated: true},
    name: String,
    founded: Date,
    flag: Buffer,
  });
  const Code = dataSource.define('Code', {
    code: {type: String, id: true},
    n: Number,
  });
  const Line = dataSource.define('Line', {
    order: {type: Number, id: 1},
    line: {type: String, id: 2},
    text: String,
  });
  return {dataSource, City, Code, Line};
}

const [, , file, rows, end] = process.argv;
void main(file!, Number(rows), end!);
