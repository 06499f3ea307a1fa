import type {Measurement} from './measure';
import {ratios, spreadOf, type Spread} from './statistics';

/** At the most rows, a case must take no longer than this many times the null connector. */
export const maxTimesNull = 1.3;

/** At the most rows, a case must take no longer than this many times what it takes at the fewest. */
export const maxGrowth = 1.5;

const basePeer = 'null';
const targetPeer = 'inmemory';

/** A cell of the table: one peer in one case at one size. */
export interface Cell {
  case: string;
  description: string;
  peer: string;
  rows: number;
  /** Milliseconds per operation. */
  time: Spread;
  /** Its time as a multiple of the null connector's at this size; absent without a null connector. */
  timesNull?: Spread;
  /** Its time as a multiple of its own at the fewest rows; absent for that size itself. */
  growth?: Spread;
  /** Whether the targets are met; only of our connector at the most rows. */
  isMet?: {timesNull?: boolean; growth?: boolean};
}

/** Everything the bench answers. */
export interface Summary {
  cells: Cell[];
}

/** Compares the measurements of each case with the null connector's and with those of the smallest size. */
export function summarize(measurements: readonly Measurement[]): Summary {
  const sizes = measurements.map(({rows}) => rows);
  const fewestRows = Math.min(...sizes);
  const mostRows = Math.max(...sizes);
  const find = (
    like: Measurement,
    peer: string,
    rows: number,
  ): Measurement | undefined =>
    measurements.find(
      one =>
        one.case === like.case && one.peer.name === peer && one.rows === rows,
    );
  const cells = measurements.map(measurement => {
    const {peer, rows, times} = measurement;
    const base = find(measurement, basePeer, rows);
    const smallest = find(measurement, peer.name, fewestRows);
    const cell: Cell = {
      case: measurement.case.name,
      description: measurement.case.description,
      peer: peer.name,
      rows,
      time: spreadOf(times),
    };
    if (base && base !== measurement) {
      cell.timesNull = spreadOf(ratios(times, base.times));
    }
    if (smallest && smallest !== measurement) {
      cell.growth = spreadOf(ratios(times, smallest.times));
    }
    if (peer.name === targetPeer && rows === mostRows) judge(cell);
    return cell;
  });
  return {cells};
}

function judge(cell: Cell): void {
  cell.isMet = {};
  if (cell.timesNull) {
    cell.isMet.timesNull = cell.timesNull.median <= maxTimesNull;
  }
  if (cell.growth) cell.isMet.growth = cell.growth.median <= maxGrowth;
}

/** The tables of docs/benchmarks.md; `conditions` says what they were measured on. */
export function toMarkdown({cells}: Summary, conditions: string): string {
  const sections = [
    `Measured on ${conditions}.`,
    targetTable(cells),
    timeTable(cells),
  ];
  return sections.filter(section => section !== '').join('\n\n');
}

function targetTable(cells: readonly Cell[]): string {
  const judged = cells.filter(({isMet}) => isMet !== undefined);
  if (judged.length === 0) return '';
  const rows = judged.map(cell => [
    cell.description,
    ratioText(cell.timesNull),
    verdict(cell.isMet!.timesNull),
    ratioText(cell.growth),
    verdict(cell.isMet!.growth),
  ]);
  const heading = [
    'operation',
    'times the null connector',
    `at most ${maxTimesNull}`,
    'times the smallest size',
    `at most ${maxGrowth}`,
  ];
  return table(heading, rows);
}

function timeTable(cells: readonly Cell[]): string {
  const sizes = [...new Set(cells.map(({rows}) => rows))];
  const lines = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = `${cell.description}\n${cell.peer}`;
    lines.set(key, [...(lines.get(key) ?? []), cell]);
  }
  const rows = [...lines.values()].map(line => {
    const {description, peer} = line[0]!;
    const times = sizes.map(size => line.find(({rows}) => rows === size));
    return [description, peer].concat(times.map(timeText));
  });
  const heading = [
    'operation',
    'connector',
    ...sizes.map(size => `${size.toLocaleString('en')} rows`),
  ];
  return table(heading, rows);
}

function table(heading: string[], rows: string[][]): string {
  const rule = heading.map((_, column) => (column < 2 ? '---' : '---:'));
  return [heading, rule, ...rows]
    .map(row => `| ${row.join(' | ')} |`)
    .join('\n');
}

/** For example `1.12 (1.09-1.16)`: the median and the quartiles. */
function ratioText(spread: Spread | undefined): string {
  if (!spread) return '';
  const {median, lowQuartile, highQuartile} = spread;
  return (
    `${ratioNumber(median)} ` +
    `(${ratioNumber(lowQuartile)}-${ratioNumber(highQuartile)})`
  );
}

function ratioNumber(ratio: number): string {
  return ratio < 100 ? ratio.toFixed(2) : ratio.toFixed(0);
}

/** For example `24.1 us, 1.12x`: the median, and that as a multiple of the null connector. */
function timeText(cell: Cell | undefined): string {
  if (!cell) return '';
  const time = durationText(cell.time.median);
  if (!cell.timesNull) return time;
  return `${time}, ${factorText(cell.timesNull.median)}x`;
}

function factorText(factor: number): string {
  if (factor < 10) return factor.toFixed(2);
  return Math.round(factor).toLocaleString('en');
}

function durationText(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(1)} us`;
  return `${ms.toPrecision(3)} ms`;
}

function verdict(isMet: boolean | undefined): string {
  if (isMet === undefined) return '';
  return isMet ? 'met' : 'missed';
}
