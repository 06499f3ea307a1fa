import {alternate} from '../alternating';
import {runChild} from '../child';
import type {Target} from '../comparison';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {durationText, numberText, table} from '../report';
import {ratios, spreadOf, type Spread} from '../statistics';

/** A suite must take no longer than with the connector that it has without this package. */
const maxTimesBuiltIn = 1;

/** Suites of so many tests, and how often each is run at most. */
const suites = [
  {name: '1', tests: 1, maxRounds: 15},
  {name: '50', tests: 50, maxRounds: 15},
  {name: '500', tests: 500, maxRounds: 9},
  {name: '2000', tests: 2000, maxRounds: 5},
];

type Suite = (typeof suites)[number];

/** Processor time of a process. */
interface Run {
  readonly wholeMs: number;
  readonly loadedMs: number;
  /** The version of Node.js. */
  readonly node: string;
}

interface Measured {
  readonly suite: string;
  readonly ours: readonly Run[];
  readonly theirs: readonly Run[];
}

/** What of a process is compared. */
const stretches = [
  {name: 'whole process', of: (run: Run) => run.wholeMs},
  {name: 'after loading', of: (run: Run) => run.wholeMs - run.loadedMs},
];

/** Small suites of tests in processes of their own, by each Node.js that is named. */
export const cold: Part = {
  name: 'cold',
  title: 'Suites of tests in new processes',
  works: suites.map(({name}) => name),
  peers: [],
  async measure(request: Request): Promise<Outcome> {
    const measured = [process.execPath, ...request.nodes].flatMap(node =>
      chosen(suites, request.works).map(suite =>
        measureSuite(suite, node, request),
      ),
    );
    const lines = measured.flatMap(linesOf);
    const heading = ['suite', 'what', 'inmemory', 'built-in', 'ratio'];
    return {
      targets: measured.flatMap(targetsOf),
      tables: [table(heading, lines)],
    };
  },
};

function measureSuite(
  {tests, maxRounds}: Suite,
  node: string,
  {pace, say}: Request,
): Measured {
  say(`running suites of ${tests} tests by ${node}`);
  const run = (contender: string) => (): Run =>
    runChild('cold', [contender, `${tests}`], {node, flags: []}) as Run;
  const [ours, theirs] = alternate(
    [run('inmemory'), run('built-in')],
    Math.min(pace.rounds, maxRounds),
  );
  const count = tests === 1 ? '1 test' : `${tests.toLocaleString('en')} tests`;
  const suite = `a suite of ${count}, Node ${ours![0]!.node}`;
  return {suite, ours: ours!, theirs: theirs!};
}

function timesBuiltIn(
  {ours, theirs}: Measured,
  of: (run: Run) => number,
): Spread {
  return spreadOf(ratios(ours.map(of), theirs.map(of)));
}

function targetsOf(measured: Measured): Target[] {
  return stretches.map(({name, of}) => ({
    work: `${measured.suite}, ${name}`,
    measure: 'times the built-in connector',
    measured: timesBuiltIn(measured, of),
    atMost: maxTimesBuiltIn,
  }));
}

function linesOf(measured: Measured): string[][] {
  const median = (runs: readonly Run[], of: (run: Run) => number): string =>
    durationText(spreadOf(runs.map(of)).median);
  return stretches.map(({name, of}) => [
    measured.suite,
    name,
    median(measured.ours, of),
    median(measured.theirs, of),
    `${numberText(timesBuiltIn(measured, of).median)}x`,
  ]);
}
