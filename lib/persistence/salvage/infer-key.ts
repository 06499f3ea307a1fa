import {eachInSlices, runAtOnce, type Sliced} from '../../base/slices';
import {getOwn, type Row} from '../../value/copy';

/**
 * The properties that are the id of the rows of a data file, which does not say
 * so: those whose values the keys are made of, `["id"]` above all. None when
 * keys are whole numbers that stand in no property: such tables count their rows
 * and hide the number. O(rows).
 */
export function inferKey(
  keys: readonly string[],
  rows: readonly Row[],
): readonly string[] {
  return runAtOnce(inferringKey(keys, rows));
}

/** As {@link inferKey}, as work that can be cut. */
export function* inferringKey(
  keys: readonly string[],
  rows: readonly Row[],
): Sliced<readonly string[]> {
  const single = yield* singleKey(keys, rows);
  if (single !== undefined) return [single];
  const composite = compositeKey(keys, rows);
  if (composite !== undefined) return composite;
  const isCounted =
    rows.length > 0 &&
    keys.every(key => /^\d{1,15}$/.test(key)) &&
    rows.every(row => getOwn(row, 'id') === undefined);
  return isCounted ? [] : ['id'];
}

/** The property that most rows have their key in. */
function* singleKey(
  keys: readonly string[],
  rows: readonly Row[],
): Sliced<string | undefined> {
  const counts = new Map<string, number>();
  yield* eachInSlices(rows, (row, i) => {
    for (const name of Object.keys(row)) {
      if (!isKeyOf(row[name], keys[i]!)) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  });
  const isMost = (name: string): boolean =>
    (counts.get(name) ?? 0) * 2 > rows.length;
  if (isMost('id')) return 'id';
  const best = [...counts.keys()].filter(isMost);
  return best.toSorted((a, b) => counts.get(b)! - counts.get(a)!)[0];
}

/** A number beside the same digits as a text has a `#` behind its key. */
function isKeyOf(value: unknown, key: string): boolean {
  if (typeof value === 'object' && !(value instanceof Date)) return false;
  const text = `${value as string | number}`;
  return text === key || (key.startsWith(text) && key === `${text}#`);
}

/** The properties that are the elements of keys such as `[7,"a"]`, in order. */
function compositeKey(
  keys: readonly string[],
  rows: readonly Row[],
): readonly string[] | undefined {
  let candidates: string[][] | undefined;
  for (const [i, row] of rows.entries()) {
    const parts = partsOf(keys[i]!);
    if (parts === undefined) return undefined;
    candidates ??= parts.map(() => Object.keys(row));
    if (candidates.length !== parts.length) return undefined;
    candidates = candidates.map((names, place) =>
      names.filter(name => getOwn(row, name) === parts[place]),
    );
  }
  const names = candidates?.map(([name]) => name);
  if (names === undefined || names.some(name => name === undefined)) {
    return undefined;
  }
  return new Set(names).size === names.length ? (names as string[]) : undefined;
}

function partsOf(key: string): unknown[] | undefined {
  if (!key.startsWith('[')) return undefined;
  try {
    return JSON.parse(key) as unknown[];
  } catch {
    return undefined;
  }
}
