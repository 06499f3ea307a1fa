import type {FsyncPolicy} from '../../lib/database/database';
import {ratios, spreadOf} from '../statistics';
import type {BareSyncs} from './bare-syncs';
import type {Opening, Took} from './opening';
import type {Stall} from './stalls';
import type {WriteRates} from './write-rates';

/** Below the juggler at `everysec`, with the most rows, as many writes as SQLite at least. */
const minTimesSqlite = 1;
/** At `always` all writers share one sync: so many times those of a lone one at least. */
const minTimesLone = 20;
const maxTimesParse = 2;

/** How many writes a second, what the disk takes of them, and the ratios on which there are targets. */
export function ratesTables(
  rates: readonly WriteRates[],
  syncs: readonly number[],
): string {
  const columns = [...new Set(rates.map(columnOf))];
  const names = [...new Set(rates.map(nameOf))];
  const heading = ['acknowledged writes per second', ...columns];
  const rows = names.map(name => [
    name,
    ...columns.map(column =>
      rateText(
        rates.find(rate => nameOf(rate) === name && columnOf(rate) === column)!,
      ),
    ),
  ]);
  const bare = `The disk takes ${spreadText(syncs)} records a second, each synced by itself.`;
  return `\n${table([heading, ...rows])}\n\n${bare}\n\n${targets(rates)}\n`;
}

function nameOf({contender: {name, fsync}}: WriteRates): string {
  return fsync === undefined ? name : `${name}, ${fsync}`;
}

function columnOf({rows, writers}: WriteRates): string {
  const who = writers === 1 ? '1 writer' : `${writers} writers`;
  return `${rows.toLocaleString('en')} rows, ${who}`;
}

function rateText({perSecond}: WriteRates): string {
  const {median} = spreadOf(perSecond);
  return median < 100
    ? median.toFixed(1)
    : Math.round(median).toLocaleString('en');
}

function targets(rates: readonly WriteRates[]): string {
  const lines = [['ratio of rates', 'median (quartiles)', 'target', '']];
  const sizes = rates.map(({rows}) => rows);
  const fewest = Math.min(...sizes);
  const most = Math.max(...sizes);
  for (const rate of rates) {
    const find = (like: Partial<WriteRates>, name = rate.contender.name) =>
      rates.find(
        other =>
          other.contender.name === name &&
          other.contender.fsync === rate.contender.fsync &&
          other.rows === (like.rows ?? rate.rows) &&
          other.writers === (like.writers ?? rate.writers),
      );
    const add = (
      what: string,
      base: WriteRates | undefined,
      atLeast?: number,
    ): void => {
      if (base === undefined) return;
      const found = ratios(rate.perSecond, base.perSecond);
      const target = atLeast === undefined ? ['', ''] : verdict(found, atLeast);
      const name = `${nameOf(rate)}, ${columnOf(rate)} / ${what}`;
      lines.push([name, spreadText(found), ...target]);
    };
    const {contender} = rate;
    const isOurs = ['inmemory', 'database'].includes(contender.name);
    if (rate.rows === most) add(`${fewest} rows`, find({rows: fewest}));
    if (rate.writers > 1) {
      const isShared = isOurs && contender.fsync === 'always';
      add('1 writer', find({writers: 1}), isShared ? minTimesLone : undefined);
    }
    if (isOurs) {
      const isCompared =
        contender.name === 'database' &&
        contender.fsync === 'everysec' &&
        rate.rows === most;
      const least = isCompared ? minTimesSqlite : undefined;
      add('better-sqlite3', find({}, 'better-sqlite3'), least);
    }
  }
  return table(lines);
}

function verdict(
  found: readonly (number | undefined)[],
  atLeast: number,
): string[] {
  const isMet = spreadOf(found).median >= atLeast;
  return [`at least ${atLeast}`, isMet ? 'met' : 'missed'];
}

/**
 * How near writers that wait for the disk come to what disk and processor allow:
 * one writer to the syncs that the disk makes, many to the writes that the
 * processor makes without any. The quotient of these two is what the ratio of
 * many writers to one cannot exceed by much.
 */
export function syncsTable(
  {appended, overwritten}: BareSyncs,
  rates: readonly WriteRates[],
): string {
  const syncs = spreadOf(appended).median;
  const others = spreadOf(overwritten).median;
  const lines = [
    [
      `with fsync always; the disk makes ${Math.round(syncs)} syncs per second ` +
        `of what is appended, ${Math.round(others)} of what is overwritten`,
      'one writer / syncs of the disk',
      'many writers / many without syncs',
      'many / one',
      'many without syncs / syncs of the disk',
    ],
  ];
  for (const many of rates) {
    const {contender, rows, writers} = many;
    if (contender.fsync !== 'always' || writers === 1) continue;
    const likeIt = (count: number, fsync: FsyncPolicy) =>
      rates.find(
        rate =>
          rate.contender.name === contender.name &&
          rate.contender.fsync === fsync &&
          rate.rows === rows &&
          rate.writers === count,
      )!.perSecond;
    const one = likeIt(1, 'always');
    const unsynced = likeIt(writers, 'no');
    const limit = spreadOf(unsynced).median / syncs;
    lines.push([
      `${contender.name}, ${columnOf(many)}`,
      (spreadOf(one).median / syncs).toPrecision(3),
      spreadText(ratios(many.perSecond, unsynced)),
      spreadText(ratios(many.perSecond, one)),
      limit.toPrecision(3),
    ]);
  }
  return `${table(lines)}\n`;
}

/** How much longer than `JSON.parse` opening takes. */
export function openingTable(
  rows: number,
  openings: readonly Opening[],
): string {
  const line = (name: string, of: (took: Took) => number): string[] => {
    const parse = openings.map(opening => of(opening.parse));
    const open = openings.map(opening => of(opening.open));
    return [name, msText(parse), msText(open), spreadText(ratios(open, parse))];
  };
  const ratio = ratios(
    openings.map(({open}) => open.processorMs),
    openings.map(({parse}) => parse.processorMs),
  );
  const isMet = spreadOf(ratio).median <= maxTimesParse;
  return `\n${table([
    [
      `opening ${rows.toLocaleString('en')} rows`,
      'JSON.parse',
      'open',
      'ratio',
      'target',
    ],
    [
      ...line('processor time', took => took.processorMs),
      `at most ${maxTimesParse}: ${isMet ? 'met' : 'missed'}`,
    ],
    [...line('on the clock', took => took.wallMs), ''],
  ])}\n`;
}

/** How long the event loop was kept. */
export function stallTable(rows: number, stalls: readonly Stall[]): string {
  return `\n${table([
    [
      `longest stall, ${rows.toLocaleString('en')} rows`,
      'during a checkpoint',
      'otherwise',
      'checkpoint',
    ],
    [
      '',
      worstText(stalls.map(({checkpointMs}) => checkpointMs)),
      worstText(stalls.map(({otherwiseMs}) => otherwiseMs)),
      msText(stalls.map(({lastedMs}) => lastedMs)),
    ],
  ])}\n`;
}

function worstText(ms: readonly number[]): string {
  return `${msText(ms)}, worst ${Math.max(...ms).toFixed(1)} ms`;
}

function msText(ms: readonly number[]): string {
  return `${spreadOf(ms).median.toFixed(1)} ms`;
}

function spreadText(numbers: readonly (number | undefined)[]): string {
  const {median, lowQuartile, highQuartile} = spreadOf(numbers);
  const text = (number: number) => number.toPrecision(3);
  return `${text(median)} (${text(lowQuartile)}-${text(highQuartile)})`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [heading, ...rest] = rows;
  const rule = heading!.map((_, column) => (column === 0 ? '---' : '---:'));
  return [heading!, rule, ...rest]
    .map(row => `| ${row.join(' | ')} |`)
    .join('\n');
}
