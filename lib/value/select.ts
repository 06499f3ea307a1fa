import {Script} from 'node:vm';
import {compileValueAt, type Path} from './path';

/** A test of the value that a row has at some path. */
export type ValueTest<R> = (value: unknown, row: R) => boolean;

/**
 * Puts those of the first `count` rows whose value passes a test into `found`,
 * which may be `rows` itself, and returns how many there are.
 */
export type Select = <R extends object>(
  rows: readonly R[],
  count: number,
  found: R[],
  test: ValueTest<R>,
) => number;

/** Selects by the value at a path; about 2 us for a name that is new. */
export function compileSelect(path: Path): Select {
  const name = path[0]!;
  return path.length > 1 || name in Object.prototype
    ? selectBy(compileValueAt(path))
    : selectOf(name);
}

/*
 * The engine notes for each place in the source which shapes of objects came by
 * and which functions were called, and is fast while they are few. All closures
 * of one function share these notes, and one that reads any property of any
 * table soon has too many. So the function is made anew from its text for each
 * name. The text is a constant: no name can get into it, and to Node a script is
 * not what `--disallow-code-generation-from-strings` forbids.
 */
const source = new Script(`name => (rows, count, found, test) => {
  let n = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i];
    if (test(row[name], row)) found[n++] = row;
  }
  return n;
}`);

const selects = new Map<string, Select>();

/** Names come from callers: for those beyond so many, closures must do. */
const maxSelects = 1_000;

function selectOf(name: string): Select {
  const known = selects.get(name);
  if (known !== undefined) return known;
  if (selects.size >= maxSelects) return selectBy(compileValueAt([name]));
  const makeSelect = source.runInThisContext() as (name: string) => Select;
  const select = makeSelect(name);
  selects.set(name, select);
  return select;
}

function selectBy(get: (row: object) => unknown): Select {
  return (rows, count, found, test) => {
    let n = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[i]!;
      if (test(get(row), row)) found[n++] = row;
    }
    return n;
  };
}
