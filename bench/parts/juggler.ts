import {cases} from '../cases';
import {
  compare,
  ratioTarget,
  timingOf,
  type Comparison,
  type Entrant,
  type Target,
} from '../comparison';
import {enter, type Loaded} from '../enter';
import {generateItems, makeFixture} from '../fixture';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {peers} from '../peers';
import {inmemory, inmemoryRepository} from '../peers/inmemory';
import {timeTable} from '../report';
import type {Peer} from '../store';

/** A case must take no longer than this many times the null connector. */
const maxTimesNull = 1.2;

/** Statements of applications: through the juggler's data access object, and through a repository of LoopBack 4. */
export const throughJuggler: Part = {
  name: 'juggler',
  title: 'Through the juggler',
  works: cases.map(({name}) => name),
  peers: peers.map(({name}) => name),
  measure,
};

function measure(request: Request): Promise<Outcome> {
  return raceThrough(peers, targetsOf, request);
}

/** Has contenders race each other at all cases; `targetsOf` tells what they are to reach. */
export async function raceThrough(
  contenders: readonly Peer[],
  targetsOf: (comparison: Comparison) => readonly Target[],
  request: Request,
): Promise<Outcome> {
  const stores = await openStores(contenders, request);
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
  const baseOf = (name: string) =>
    contenders.find(peer => peer.name === name)!.base;
  return {targets, tables: [timeTable(comparisons, baseOf)]};
}

async function openStores(
  contenders: readonly Peer[],
  {peers: names, rows, say}: Request,
): Promise<Loaded[]> {
  const fixture = makeFixture(rows);
  const stores: Loaded[] = [];
  for (const peer of chosen(contenders, names)) {
    if (rows > (peer.maxRows ?? rows)) continue;
    say(`loading ${rows} rows into ${peer.name}`);
    const store = await peer.open(rows);
    await store.load(generateItems(rows));
    stores.push({peer, fixture, store});
  }
  return stores;
}

function targetsOf(comparison: Comparison): Target[] {
  return [inmemory, inmemoryRepository].flatMap(({name, base}) => {
    const way = name === inmemory.name ? '' : ' by repository';
    const named = {...comparison, work: comparison.work + way};
    return ratioTarget(
      named,
      'times the null connector',
      [timingOf(comparison, name), timingOf(comparison, base)],
      maxTimesNull,
    );
  });
}
