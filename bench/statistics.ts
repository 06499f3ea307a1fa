import type {Times} from './harness';

/** The middle of some numbers and the half of them that lies around it. */
export interface Spread {
  median: number;
  lowQuartile: number;
  highQuartile: number;
  /** How many numbers these are. */
  count: number;
}

/** The spread of the times that were taken; NaN where there are none. */
export function spreadOf(times: Times): Spread {
  const sorted = times
    .filter(time => time !== undefined)
    .sort((left, right) => left - right);
  return {
    median: quantile(sorted, 0.5),
    lowQuartile: quantile(sorted, 0.25),
    highQuartile: quantile(sorted, 0.75),
    count: sorted.length,
  };
}

/** A number that was measured once. */
export function single(number: number): Spread {
  return spreadOf([number]);
}

/** `times` as a multiple of `base`, round by round; undefined in a round that either sat out. */
export function ratios(times: Times, base: Times): Times {
  return times.map((time, round) => {
    const baseTime = base[round];
    if (time === undefined || baseTime === undefined) return undefined;
    return time / baseTime;
  });
}

/** The value below which `part` of the sorted numbers lie, interpolated. */
function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
