import {cases} from '../cases';
import {runChild} from '../child';
import type {Target} from '../comparison';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {inmemory, inmemoryRepository} from '../peers/inmemory';
import {durationText, table} from '../report';
import {ratios, spreadOf} from '../statistics';
import type {Peer} from '../store';

/** With the most rows an operation must take no longer than this many times what it takes with the fewest. */
const maxGrowth = 1.3;

/** Each peer and size has so many processes at most, one after the other. */
const maxProcesses = 5;

const operations = cases.filter(({hasTarget}) => hasTarget);
const growing: readonly Peer[] = [inmemory, inmemoryRepository];

/**
 * What more rows cost. Each size has a process of its own: in one heap the collection of garbage looks at the rows of all,
 * on anybody's time.
 */
export const growth: Part = {
  name: 'growth',
  title: 'Through the juggler, each size in a process of its own',
  works: [],
  peers: growing.map(({name}) => name),
  async measure(request: Request): Promise<Outcome> {
    const grown = chosen(growing, request.peers).map(peer =>
      measurePeer(peer, request),
    );
    return {
      targets: grown.flatMap(peer => targetsOf(peer, request.sizes)),
      tables: [timesTable(grown, request.sizes)],
    };
  },
};

/** Milliseconds by operation: of each size, those of its processes. */
interface Grown {
  readonly peer: Peer;
  readonly times: ReadonlyMap<string, readonly number[][]>;
}

function measurePeer(peer: Peer, {pace, say, sizes}: Request): Grown {
  const {batchMs, rounds, warmUpMs} = pace;
  const times = new Map(
    operations.map(({name}) => [name, sizes.map(() => [] as number[])]),
  );
  const processes = Math.min(rounds, maxProcesses);
  for (let process = 0; process < processes; process++) {
    for (const [i, rows] of sizes.entries()) {
      say(`measuring ${peer.name} with ${rows} rows`);
      const numbers = [rows, rounds, batchMs, warmUpMs].map(String);
      const answers = runChild('growth', [peer.name, ...numbers]);
      for (const [name, ms] of Object.entries(answers as object)) {
        times.get(name)![i]!.push(ms as number);
      }
    }
  }
  return {peer, times};
}

function targetsOf({peer, times}: Grown, sizes: readonly number[]): Target[] {
  if (sizes.length < 2) return [];
  const [few, many] = [sizes[0]!, sizes.at(-1)!].map(thousands);
  return operations.map(({description, name}) => {
    const own = times.get(name)!;
    return {
      work: peer === inmemory ? description : `${description} by repository`,
      measure: `times ${few} rows at ${many}`,
      measured: spreadOf(ratios(own.at(-1)!, own[0]!)),
      atMost: maxGrowth,
    };
  });
}

function timesTable(grown: readonly Grown[], sizes: readonly number[]): string {
  const rows = grown.flatMap(({peer, times}) =>
    operations.map(({description, name}) => [
      description,
      peer.name,
      ...times.get(name)!.map(ms => durationText(spreadOf(ms).median)),
    ]),
  );
  const columns = sizes.map(rows => `${thousands(rows)} rows`);
  return table(['operation', 'contender', ...columns], rows);
}

function thousands(rows: number): string {
  return rows.toLocaleString('en');
}
