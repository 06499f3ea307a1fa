import {cases, type Case} from '../cases';
import {
  compare,
  ratioTarget,
  timingOf,
  type Comparison,
  type Entrant,
  type Target,
} from '../comparison';
import {makeFixture, type Fixture} from '../fixture';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {peers} from '../peers';
import {inmemory, inmemoryRepository} from '../peers/inmemory';
import {timeTable} from '../report';
import type {Peer, Store} from '../store';

/** At `comparedRows` rows, a case must take no longer than this many times the null connector. */
const maxTimesNull = 1.2;
const comparedRows = 100_000;

/** At `manyRows` rows, it must take no longer than this many times what it takes at `fewRows`. */
const maxGrowth = 1.3;
const fewRows = 10_000;
const manyRows = 1_000_000;

const checkedOperations = 20;

/** Statements of applications: through the juggler's data access object, and through a repository of LoopBack 4. */
export const throughJuggler: Part = {
  name: 'juggler',
  title: 'Through the juggler',
  works: cases.map(({name}) => name),
  peers: peers.map(({name}) => name),
  measure,
};

/** A peer's store, loaded with the items of a fixture. */
interface Loaded {
  readonly peer: Peer;
  readonly fixture: Fixture;
  readonly store: Store;
}

async function measure(request: Request): Promise<Outcome> {
  const stores = await openStores(request);
  const comparisons: Comparison[] = [];
  const targets: Target[] = [];
  for (const benchCase of chosen(cases, request.works)) {
    request.say(`measuring ${benchCase.name}`);
    globalThis.gc?.();
    const entrants: Entrant[] = [];
    for (const loaded of stores) entrants.push(await enter(benchCase, loaded));
    const comparison = await compare(
      benchCase.description,
      entrants,
      request.pace,
    );
    comparisons.push(comparison);
    if (benchCase.hasTarget) targets.push(...targetsOf(comparison));
  }
  for (const {store} of stores) await store.close();
  return {targets, tables: [timeTable(comparisons, baseOf)]};
}

async function openStores(request: Request): Promise<Loaded[]> {
  const stores: Loaded[] = [];
  for (const rows of request.sizes) {
    const fixture = makeFixture(rows);
    for (const peer of chosen(peers, request.peers)) {
      if (rows > (peer.maxRows ?? rows)) continue;
      request.say(`loading ${rows} rows into ${peer.name}`);
      const store = await peer.open(rows);
      await store.load(fixture.items);
      stores.push({peer, fixture, store});
    }
  }
  return stores;
}

/** Checks the answers of one store; rejects when one is wrong. */
async function enter(benchCase: Case, loaded: Loaded): Promise<Entrant> {
  const {peer, store, fixture} = loaded;
  const run = benchCase.prepare(store, fixture);
  for (let index = 0; index < checkedOperations; index++) {
    checkAnswer(benchCase, loaded, index, await run.perform(index));
  }
  if (run.undo) await run.undo();
  const rows = fixture.items.length;
  const share = benchCase.maxBatchShare ?? Number.POSITIVE_INFINITY;
  return {...run, name: peer.name, rows, maxBatch: Math.ceil(rows * share)};
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

function baseOf(name: string): string {
  return peers.find(peer => peer.name === name)!.base;
}

function targetsOf(comparison: Comparison): Target[] {
  return [inmemory, inmemoryRepository].flatMap(({name, base}) => {
    const way = name === inmemory.name ? '' : ' by repository';
    const named = {...comparison, work: comparison.work + way};
    const timing = (peer: string, rows: number) =>
      timingOf(comparison, peer, rows);
    return [
      ...ratioTarget(
        named,
        'times the null connector',
        [timing(name, comparedRows), timing(base, comparedRows)],
        maxTimesNull,
      ),
      ...ratioTarget(
        named,
        'times 10,000 rows at 1,000,000',
        [timing(name, manyRows), timing(name, fewRows)],
        maxGrowth,
      ),
    ];
  });
}
