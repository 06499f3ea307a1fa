import os from 'node:os';
import {parseArgs} from 'node:util';
import type {ComparisonPace} from '../comparison';
import {measureCrossovers, measureLimit} from './crossovers';
import {measureSteps} from './measure';
import {densityTable, measureDensity} from './places';
import {crossoversTable, limitTable, stepsTable, type Measured} from './report';
import {stockOf, type Layout} from './tables';

const circles = 100;

const usage = `node --expose-gc dist/bench/costs/main.js [options]

  --rows <count>    how many rows; may be given several times (10000, 100000)
  --rounds <count>  how many times each step is measured (9)
  --batch <ms>      how long it is timed each time (20)`;

/** Measures what the planner guesses, for the tables of docs/benchmarks.md. */
async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      rows: {type: 'string', multiple: true, default: ['10000', '100000']},
      rounds: {type: 'string', default: '9'},
      batch: {type: 'string', default: '20'},
      help: {type: 'boolean', default: false},
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const pace: ComparisonPace = {
    rounds: Number(values.rounds),
    batchMs: Number(values.batch),
    warmUpMs: 5 * Number(values.batch),
    soakSeconds: 1,
  };
  const layouts = values.rows
    .map(Number)
    .flatMap(rows => [false, true].map(isScattered => ({rows, isScattered})));
  const measured: Measured[] = [];
  for (const layout of layouts) measured.push(await measure(layout, pace));
  const conditions = `${os.cpus().length} cores, ${os.arch()}, Node ${process.versions.node}`;
  const tables = [
    stepsTable(measured),
    crossoversTable(measured),
    limitTable(measured),
    densityTable(measureDensity(circles)),
  ];
  console.log([`Measured on ${conditions}.`, ...tables].join('\n\n'));
}

async function measure(
  layout: Layout,
  pace: ComparisonPace,
): Promise<Measured> {
  const stock = await stockOf(layout);
  return {
    layout,
    steps: await measureSteps(stock, pace),
    crossovers: await measureCrossovers(stock, pace),
    limit: await measureLimit(stock, pace),
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
