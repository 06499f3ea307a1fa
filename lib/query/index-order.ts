import type {Table} from '../store/table';
import type {IndexView} from './index-view';
import type {OrderKey} from './order';

/** The two ways to walk an index. */
export type Direction = 'forward' | 'backward';

/**
 * In which direction an index gives the wanted order, ties by ascending id
 * included; undefined when in none. Index keys with one value throughout do
 * not matter. Below equal keys of a secondary index ids ascend in both
 * directions, so such an index must have no keys beyond the wanted ones.
 */
export function directionFor(
  view: IndexView,
  order: readonly OrderKey[],
  fixedPaths: readonly string[],
  table: Table,
): Direction | undefined {
  if (view.kind === 'geo') return undefined;
  const ids = table.schema.primaryKey;
  const wanted = order.filter(key => !fixedPaths.includes(key.path));
  const offered = view.keys.filter(key => !fixedPaths.includes(key.path));
  if (view.kind === 'primary') {
    for (const path of ids) {
      const isThere = wanted.some(key => key.path === path);
      if (!isThere && !fixedPaths.includes(path))
        wanted.push({path, direction: 1});
    }
  } else if (
    wanted.length === offered.length + ids.length &&
    ids.every((path, i) => isAscending(wanted[offered.length + i], path))
  ) {
    wanted.length = offered.length;
  }
  if (wanted.length !== offered.length) return undefined;
  return commonDirection(wanted, offered);
}

function isAscending(key: OrderKey | undefined, path: string): boolean {
  return (
    key !== undefined &&
    key.path === path &&
    key.direction === 1 &&
    key.by === undefined
  );
}

function commonDirection(
  wanted: readonly OrderKey[],
  offered: readonly OrderKey[],
): Direction | undefined {
  let forward = 0;
  for (let i = 0; i < wanted.length; i++) {
    const key = wanted[i]!;
    const other = offered[i]!;
    if (other.path !== key.path || key.by !== undefined) return undefined;
    if (other.direction === key.direction) forward++;
  }
  if (forward === wanted.length) return 'forward';
  return forward === 0 ? 'backward' : undefined;
}
