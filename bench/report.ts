import {
  isMet,
  timingOf,
  type Comparison,
  type Target,
  type Timing,
} from './comparison';
import {ratios, spreadOf, type Spread} from './statistics';

/** All targets, with what was measured: the median of the ratios, and in brackets the quartiles. */
export function targetTable(targets: readonly Target[]): string {
  return table(
    ['work', 'measured', 'target', ''],
    targets.map(target => [
      target.work,
      `${spreadText(target.measured)} ${target.measure}`,
      `at most ${target.atMost}`,
      isMet(target) ? 'met' : 'missed',
    ]),
  );
}

/**
 * Times by work and contender, with a column for each number of rows: the median, and that as a multiple of the
 * contender that `baseOf` names.
 */
export function timeTable(
  comparisons: readonly Comparison[],
  baseOf: (name: string) => string,
): string {
  const timings = comparisons.flatMap(comparison => comparison.timings);
  const sizes = [...new Set(timings.map(({rows}) => rows))].sort(
    (left, right) => left - right,
  );
  const lines = comparisons.flatMap(comparison => {
    const names = new Set(comparison.timings.map(({name}) => name));
    return [...names].map(name => [
      comparison.work,
      name,
      ...sizes.map(rows =>
        timeText(
          timingOf(comparison, name, rows),
          timingOf(comparison, baseOf(name), rows),
        ),
      ),
    ]);
  });
  const columns = sizes.map(size => `${size.toLocaleString('en')} rows`);
  return table(['work', 'contender', ...columns], lines);
}

/** A table in Markdown; all columns but the first two hold numbers. */
export function table(
  heading: readonly string[],
  lines: readonly (readonly string[])[],
): string {
  const rule = heading.map((_, column) => (column < 2 ? '---' : '---:'));
  return [heading, rule, ...lines]
    .map(line => `| ${line.join(' | ')} |`)
    .join('\n');
}

/** For example `24.1 us, 1.12x`: the median, and that as a multiple of the base. */
function timeText(
  timing: Timing | undefined,
  base: Timing | undefined,
): string {
  if (!timing) return '';
  const time = durationText(spreadOf(timing.times).median);
  if (!base || base === timing) return time;
  const {median} = spreadOf(ratios(timing.times, base.times));
  return `${time}, ${numberText(median)}x`;
}

/** For example `1.12 (1.09-1.16)`: the median and the quartiles, if there are several measurements. */
function spreadText({
  median,
  lowQuartile,
  highQuartile,
  count,
}: Spread): string {
  if (count === 1) return numberText(median);
  return `${numberText(median)} (${numberText(lowQuartile)}-${numberText(highQuartile)})`;
}

/** With three digits at least, for example `0.0012`, `1.12` or `1,118`. */
export function numberText(number: number): string {
  if (number >= 100) return Math.round(number).toLocaleString('en');
  if (number >= 0.1) return number.toFixed(2);
  return number.toPrecision(2);
}

/** For example `24.1 us`, `1.12 ms` or `2.89 s`. */
export function durationText(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(ms < 0.01 ? 2 : 1)} us`;
  if (ms < 999.5) return `${ms.toPrecision(3)} ms`;
  return `${(ms / 1000).toPrecision(3)} s`;
}
