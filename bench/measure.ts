import type {Case} from './cases';
import type {Fixture} from './fixture';
import {race, soak, type Contender, type Pace, type Times} from './harness';
import type {Peer, Store} from './store';

/** A peer's store, loaded with the items of a fixture. */
export interface Loaded {
  peer: Peer;
  fixture: Fixture;
  store: Store;
}

/** What one peer did in one case at one size. */
export interface Measurement {
  case: Case;
  peer: Peer;
  rows: number;
  times: Times;
}

const checkedOperations = 20;

/** Opens a store of the peer and fills it. */
export async function openLoaded(
  peer: Peer,
  fixture: Fixture,
): Promise<Loaded> {
  const store = await peer.open(fixture.items.length);
  await store.load(fixture.items);
  return {peer, fixture, store};
}

/** Checks the answers of all stores, then times them side by side; rejects when an answer is wrong. */
export async function measureCase(
  benchCase: Case,
  stores: readonly Loaded[],
  pace: Pace,
): Promise<Measurement[]> {
  const contenders: Contender[] = [];
  for (const loaded of stores) {
    contenders.push(await enter(benchCase, loaded));
  }
  const times = await race(contenders, pace);
  return stores.map(({peer, fixture}, place) => ({
    case: benchCase,
    peer,
    rows: fixture.items.length,
    times: times[place]!,
  }));
}

/** Checks the answers of one store, then keeps it busy for `seconds`; answers milliseconds per operation. */
export async function soakCase(
  benchCase: Case,
  loaded: Loaded,
  seconds: number,
): Promise<number> {
  const contender = await enter(benchCase, loaded);
  return await soak(contender, seconds);
}

async function enter(benchCase: Case, loaded: Loaded): Promise<Contender> {
  const {store, fixture} = loaded;
  const run = benchCase.prepare(store, fixture);
  for (let index = 0; index < checkedOperations; index++) {
    checkAnswer(benchCase, loaded, index, await run.perform(index));
  }
  if (run.undo) await run.undo();
  const share = benchCase.maxBatchShare ?? Number.POSITIVE_INFINITY;
  return {...run, maxBatch: Math.ceil(fixture.items.length * share)};
}

function checkAnswer(
  benchCase: Case,
  {peer, fixture}: Loaded,
  index: number,
  answer: unknown,
): void {
  const rowCount = benchCase.countRows(answer);
  const subject = `${benchCase.name} of ${peer.name}, operation ${index},`;
  if (rowCount !== benchCase.rowCount) {
    throw new Error(
      `${subject} answers ${rowCount} rows, not ${benchCase.rowCount}.`,
    );
  }
  if (peer.answersConstants) return;
  if (!benchCase.isRight(answer, fixture, index)) {
    throw new Error(`${subject} answers wrongly: ${JSON.stringify(answer)}`);
  }
}
