import {cases} from '../cases';
import {heapFlags, runChild} from '../child';
import type {Target} from '../comparison';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {inmemory, inmemoryRepository} from '../peers/inmemory';
import {plain} from '../peers/plain';
import {durationText, table} from '../report';
import {ratios, spreadOf} from '../statistics';
import type {Peer} from '../store';

/** With the most rows an operation must take no longer than this many times what it takes with the fewest. */
const maxGrowth = 1.5;

/** Each contender with a target has so many processes for each size at most, one after the other; the others have one. */
const maxProcesses = 2;

/** A young process is slower than it will be; each has to itself what other parts share. */
const warmUps = 2;

/** A peer in a process of its own, and how that is started. */
interface Contender {
  readonly name: string;
  readonly peer: Peer;
  readonly flags: readonly string[];
  readonly hasTarget: boolean;
}

const contenders: readonly Contender[] = [
  {name: inmemory.name, peer: inmemory, flags: [], hasTarget: true},
  {
    name: inmemoryRepository.name,
    peer: inmemoryRepository,
    flags: [],
    hasTarget: true,
  },
  {
    name: 'inmemory, larger young generation',
    peer: inmemory,
    flags: ['--max-semi-space-size=64'],
    hasTarget: false,
  },
  {name: plain.name, peer: plain, flags: [], hasTarget: false},
];

const operations = cases.filter(({hasTarget}) => hasTarget);

/**
 * What more rows cost. Each size has a process of its own: in one heap the collection of garbage looks at the rows of all,
 * on anybody's time.
 */
export const growth: Part = {
  name: 'growth',
  title: 'Through the juggler, each size in a process of its own',
  works: [],
  peers: contenders.map(({name}) => name),
  async measure(request: Request): Promise<Outcome> {
    const grown = chosen(contenders, request.peers).map(contender =>
      measureContender(contender, request),
    );
    return {
      targets: grown
        .filter(({contender}) => contender.hasTarget)
        .flatMap(one => targetsOf(one, request.sizes)),
      tables: [timesTable(grown, request.sizes)],
    };
  },
};

/** Milliseconds by operation: of each size, those of its processes. */
interface Grown {
  readonly contender: Contender;
  readonly times: ReadonlyMap<string, readonly number[][]>;
}

function measureContender(
  contender: Contender,
  {pace, say, sizes}: Request,
): Grown {
  const {batchMs, rounds, warmUpMs} = pace;
  const {name, peer, flags, hasTarget} = contender;
  const times = new Map(
    operations.map(({name}) => [name, sizes.map(() => [] as number[])]),
  );
  const processes = hasTarget ? Math.min(rounds, maxProcesses) : 1;
  for (let process = 0; process < processes; process++) {
    for (const [i, rows] of sizes.entries()) {
      say(`measuring ${name} with ${rows} rows`);
      const numbers = [rows, rounds, batchMs, warmUps * warmUpMs].map(String);
      const answers = runChild('growth', [peer.name, ...numbers], {
        flags: [...heapFlags, ...flags],
      });
      for (const [work, ms] of Object.entries(answers as object)) {
        times.get(work)![i]!.push(ms as number);
      }
    }
  }
  return {contender, times};
}

function targetsOf(
  {contender, times}: Grown,
  sizes: readonly number[],
): Target[] {
  if (sizes.length < 2) return [];
  const [few, many] = [sizes[0]!, sizes.at(-1)!].map(thousands);
  return operations.map(({description, name}) => {
    const own = times.get(name)!;
    return {
      work:
        contender.peer === inmemory
          ? description
          : `${description} by repository`,
      measure: `times ${few} rows at ${many}`,
      measured: spreadOf(ratios(own.at(-1)!, own[0]!)),
      atMost: maxGrowth,
    };
  });
}

function timesTable(grown: readonly Grown[], sizes: readonly number[]): string {
  const rows = grown.flatMap(({contender, times}) =>
    operations.map(({description, name}) => {
      const medians = times.get(name)!.map(ms => spreadOf(ms).median);
      return [
        description,
        contender.name,
        ...medians.map(durationText),
        `${(medians.at(-1)! / medians[0]!).toFixed(2)}x`,
      ];
    }),
  );
  const columns = sizes.map(rows => `${thousands(rows)} rows`);
  return table(['operation', 'contender', ...columns, 'growth'], rows);
}

function thousands(rows: number): string {
  return rows.toLocaleString('en');
}
