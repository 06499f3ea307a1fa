import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {makeFixture} from '../fixture';
import {measureBareSyncs} from './bare-syncs';
import {measureOpening} from './opening';
import {openingTable, ratesTables, stallTable, syncsTable} from './report';
import {sqliteVersion} from '../sqlite';
import {measureStalls} from './stalls';
import {measureWriteRates} from './write-rates';
import {useOthers, writeItems} from './writing-stores';

const usage = `node --expose-gc dist/bench/files/main.js [options]

  --only <part>     writes, opening or stalls; may be given several times
  --rows <count>    rows for opening and stalls (1000000)
  --rounds <count>  how many times each thing is measured (5)
  --dir <folder>    where the files are (the folder for temporary files)
  --help            answer this text`;

interface Options {
  readonly parts: readonly string[];
  readonly rows: number;
  readonly rounds: number;
  readonly folder: string;
}

const parts = ['writes', 'opening', 'stalls'];
const writeSizes = [1_000, 100_000];
const batchMs = 400;
const quietMs = 700;

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    console.log(usage);
    return;
  }
  const folder = mkdtempSync(path.join(options.folder, 'bench-'));
  try {
    await measure(options, folder);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

async function measure(options: Options, folder: string): Promise<void> {
  const {rounds, rows} = options;
  await useOthers();
  console.log(
    `${os.cpus().length} cores, ${os.arch()}, Node ${process.versions.node}, ` +
      `better-sqlite3 ${sqliteVersion ?? 'is not installed'}`,
  );
  if (options.parts.includes('writes')) {
    const pace = {rounds, batchMs, quietMs};
    const bareSyncs = await measureBareSyncs(folder, pace);
    const rates = await measureWriteRates(folder, writeSizes, pace);
    console.log(ratesTables(rates, bareSyncs.appended));
    console.log(syncsTable(bareSyncs, rates));
  }
  if (!options.parts.some(part => part !== 'writes')) return;
  const file = path.join(folder, 'items.json');
  await writeItems(file, makeFixture(rows).items);
  if (options.parts.includes('opening')) {
    console.log(openingTable(rows, measureOpening(file, rounds)));
  }
  if (options.parts.includes('stalls')) {
    console.log(stallTable(rows, await measureStalls(file, rounds)));
  }
}

/** What the command line asks for; undefined when it asks for help. */
function readOptions(): Options | undefined {
  const {values} = parseArgs({
    options: {
      only: {type: 'string', multiple: true, default: parts},
      rows: {type: 'string', default: '1000000'},
      rounds: {type: 'string', default: '5'},
      dir: {type: 'string', default: os.tmpdir()},
      help: {type: 'boolean', default: false},
    },
  });
  if (values.help) return undefined;
  const unknown = values.only.find(part => !parts.includes(part));
  if (unknown !== undefined) throw new Error(`No part ${unknown}.\n\n${usage}`);
  mkdirSync(values.dir, {recursive: true});
  return {
    parts: values.only,
    rows: Number(values.rows),
    rounds: Number(values.rounds),
    folder: values.dir,
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
