import type {FsyncPolicy} from '../../lib/database/database';
import {ratios, spreadOf} from '../statistics';
import type {BareSyncs} from './bare-syncs';
import type {Opening} from './opening';
import type {Stall} from './stalls';
import type {WriteRates} from './write-rates';

/** Two tables: how many writes a second, and the ratios on which there are targets. */
export function ratesTables(rates: readonly WriteRates[]): string {
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
  return `\n${table([heading, ...rows])}\n\n${targets(rates)}\n`;
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
  const lines = [['ratio of rates', 'median (quartiles)']];
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
    const add = (what: string, base: WriteRates | undefined): void => {
      if (base === undefined) return;
      const text = spreadText(ratios(rate.perSecond, base.perSecond));
      lines.push([`${nameOf(rate)}, ${columnOf(rate)} / ${what}`, text]);
    };
    if (rate.rows === most) add(`${fewest} rows`, find({rows: fewest}));
    if (rate.writers > 1) add('1 writer', find({writers: 1}));
    const isOurs = ['inmemory', 'database'].includes(rate.contender.name);
    if (isOurs) add('better-sqlite3', find({}, 'better-sqlite3'));
  }
  return table(lines);
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
  const parse = openings.map(({parseMs}) => parseMs);
  const open = openings.map(({openMs}) => openMs);
  return `\n${table([
    [
      `opening ${rows.toLocaleString('en')} rows`,
      'JSON.parse',
      'open',
      'ratio',
    ],
    ['', msText(parse), msText(open), spreadText(ratios(open, parse))],
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
