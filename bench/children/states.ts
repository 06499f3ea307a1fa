import {setTimeout} from 'node:timers/promises';
import {DataSource} from 'loopback-datasource-juggler';
import * as inmemory from 'loopback-connector-inmemory';
import {fork, restore, snapshot} from 'loopback-connector-inmemory/testing';
import {heapBytes} from '../child';
import {useOtherModels} from '../other-models';

/** Prints what states to go back to cost at so many rows. */
const restores = 10_000;
const forks = 100;
const warmUps = 2000;
const batch = 20_000;
/** Until all forks are connected. */
const settlingMs = 100;

interface Item {
  create(data: object): Promise<unknown>;
  count(): Promise<number>;
}

async function main(): Promise<void> {
  const rows = Number(process.argv[2]);
  const dataSource: any = new DataSource({name: 'db', connector: inmemory});
  await useOtherModels(dataSource);
  const Item = dataSource.define('Item', {
    id: {type: Number, id: true, generated: true},
    name: {type: String, index: true},
  });
  for (let i = 0; i < rows; i += batch) {
    const length = Math.min(batch, rows - i);
    await Item.createAll(
      Array.from({length}, (_, j) => ({name: `item ${i + j}`})),
    );
  }
  const restored = await measureRestores(dataSource, Item);
  const forkBytes = await measureForks(dataSource);
  if ((await Item.count()) !== rows) throw new Error('a row is missing');
  console.log(JSON.stringify({...restored, forkBytes}));
}

/** Of a state to which one row was added, as a test leaves it. */
async function measureRestores(
  dataSource: any,
  Item: Item,
): Promise<{restoreUs: number; leftBytes: number}> {
  const state = snapshot(dataSource);
  let spentUs = 0;
  let before = 0;
  for (let i = -warmUps; i < restores; i++) {
    if (i === 0) {
      spentUs = 0;
      before = heapBytes();
    }
    await Item.create({name: 'added'});
    const {user, system} = process.cpuUsage();
    await restore(state);
    const after = process.cpuUsage();
    spentUs += after.user + after.system - user - system;
  }
  return {restoreUs: spentUs / restores, leftBytes: heapBytes() - before};
}

async function measureForks(dataSource: any): Promise<number> {
  const made: unknown[] = [];
  const make = async (): Promise<number> => {
    for (let i = 0; i < forks; i++) made.push(fork(dataSource));
    await setTimeout(settlingMs);
    return heapBytes();
  };
  const before = await make();
  const bytes = ((await make()) - before) / forks;
  if (made.length !== 2 * forks) throw new Error('a fork is missing');
  return bytes;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
