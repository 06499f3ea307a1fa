import os from 'node:os';
import {makeFixture} from './fixture';
import {
  measureCase,
  openLoaded,
  soakCase,
  type Loaded,
  type Measurement,
} from './measure';
import {parseOptions, usage, type Options} from './options';
import {summarize, toMarkdown, type Summary} from './report';

const warmUpMs = 200;

async function main(): Promise<void> {
  const options = readOptions();
  if (!options) return;
  const stores = await openStores(options);
  if (options.soakSeconds === undefined) await compare(options, stores);
  else await soakAll(options, stores, options.soakSeconds);
  for (const {store} of stores) await store.close();
}

function readOptions(): Options | undefined {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (!options) console.log(usage);
    return options;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function openStores(options: Options): Promise<Loaded[]> {
  const stores: Loaded[] = [];
  for (const rows of options.sizes) {
    const fixture = makeFixture(rows);
    for (const peer of options.peers) {
      say(`loading ${rows} rows into ${peer.name}`);
      stores.push(await openLoaded(peer, fixture));
    }
  }
  return stores;
}

async function compare(
  options: Options,
  stores: readonly Loaded[],
): Promise<void> {
  const measurements: Measurement[] = [];
  const start = {ms: performance.now(), cpu: process.cpuUsage()};
  for (const benchCase of options.cases) {
    say(`measuring ${benchCase.name}`);
    globalThis.gc?.();
    const pace = {rounds: options.rounds, batchMs: options.batchMs, warmUpMs};
    measurements.push(...(await measureCase(benchCase, stores, pace)));
  }
  const summary = summarize(measurements);
  const {user, system} = process.cpuUsage(start.cpu);
  const share = (user + system) / 1000 / (performance.now() - start.ms);
  const conditions = `${machine()}, ${Math.round(share * 100)} % of a core`;
  console.log(
    options.isJson
      ? toJson(options, conditions, summary)
      : toMarkdown(summary, conditions),
  );
}

async function soakAll(
  options: Options,
  stores: readonly Loaded[],
  seconds: number,
): Promise<void> {
  for (const benchCase of options.cases) {
    for (const loaded of stores) {
      const ms = await soakCase(benchCase, loaded, seconds);
      const {peer, fixture} = loaded;
      const microseconds = (ms * 1000).toFixed(2);
      console.log(
        `${benchCase.name}, ${peer.name}, ${fixture.items.length} rows: ` +
          `${microseconds} us per operation`,
      );
    }
  }
}

function toJson(
  options: Options,
  conditions: string,
  summary: Summary,
): string {
  const {rounds, batchMs} = options;
  return JSON.stringify({conditions, rounds, batchMs, ...summary}, null, 2);
}

/** The kind of machine, for whoever reads the table. */
function machine(): string {
  const cores = os.cpus().length;
  return `${cores} cores, ${os.arch()}, Node ${process.versions.node}`;
}

/** Progress goes to stderr: stdout is the table. */
function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
